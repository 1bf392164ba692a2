"""Stages of Spark ML pipelines. Params, defaults and checks are those of the Java classes of the
same names; every param is a keyword of the constructor and has a getter and a setter.

Written from the Java classes by PythonStages (src/test/java); a test holds both together."""

import sys
from typing import Any, Dict, List, Type

from pyspark.ml.common import inherit_doc
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaParams
from pyspark.sql import DataFrame

__all__ = ["BiEncoderTrainer", "PairScorer", "SentenceEmbedder"]


class _StageReader(JavaMLReader[Any]):
    """Loads a stage by the name of its Java class."""

    @classmethod
    def _java_loader_class(cls, clazz: Type[Any]) -> str:
        return str(clazz._java_class)


class _Stage(JavaParams, JavaMLReadable[Any], JavaMLWritable):
    """What the stages share: they are made by name, and take their defaults from Java."""

    _java_class: str

    def _begin(self, params: Dict[str, Any]) -> None:
        self._java_obj = self._new_java_obj(self._java_class, self.uid)
        self._transfer_params_from_java()
        self._set(**params)

    @classmethod
    def read(cls) -> Any:
        return _StageReader(cls)


@inherit_doc
class SentenceEmbedder(JavaModel, _Stage):
    """Embeds a column of texts; also what :class:`BiEncoderTrainer` fits."""

    _java_class = "io.silverspark.udfs.ml.SentenceEmbedder"

    batchSize: Param[int] = Param(
        Params._dummy(),
        "batchSize",
        "rows that a task gathers before the model runs, to make batches of similar length "
        "(0: 1,024 on a CPU, 16,384 on a GPU)",
        typeConverter=TypeConverters.toInt,
    )
    device: Param[str] = Param(
        Params._dummy(),
        "device",
        "cpu, cuda or cuda:N; never chosen silently",
        typeConverter=TypeConverters.toString,
    )
    handleInvalid: Param[str] = Param(
        Params._dummy(),
        "handleInvalid",
        "what a null text does: error (the job fails), keep (the output is null)",
        typeConverter=TypeConverters.toString,
    )
    inputCol: Param[str] = Param(
        Params._dummy(),
        "inputCol",
        "column of texts",
        typeConverter=TypeConverters.toString,
    )
    layers: Param[int] = Param(
        Params._dummy(),
        "layers",
        "first layers of the model to keep; 0 = all",
        typeConverter=TypeConverters.toInt,
    )
    longTexts: Param[str] = Param(
        Params._dummy(),
        "longTexts",
        "texts with more tokens than the model takes: cut, mean (of the vectors of "
        "overlapping windows) or late (mean of all token vectors of the windows)",
        typeConverter=TypeConverters.toString,
    )
    maxActiveDims: Param[int] = Param(
        Params._dummy(),
        "maxActiveDims",
        "of a sparse encoder: dimensions of a vector that are kept, the heaviest; 0 = all",
        typeConverter=TypeConverters.toInt,
    )
    maxSequenceLength: Param[int] = Param(
        Params._dummy(),
        "maxSequenceLength",
        "tokens a text is cut to; 0 = the model's own limit",
        typeConverter=TypeConverters.toInt,
    )
    maximum: Param[List[float]] = Param(
        Params._dummy(),
        "maximum",
        "with outputType int8 or uint8: largest value of each component",
        typeConverter=TypeConverters.toListFloat,
    )
    minimum: Param[List[float]] = Param(
        Params._dummy(),
        "minimum",
        "with outputType int8 or uint8: smallest value of each component",
        typeConverter=TypeConverters.toListFloat,
    )
    model: Param[str] = Param(
        Params._dummy(),
        "model",
        "builtin:all-MiniLM-L6-v2, a model directory, or a cached Hub id",
        typeConverter=TypeConverters.toString,
    )
    normalize: Param[bool] = Param(
        Params._dummy(),
        "normalize",
        "scales embeddings to length 1, also where the model does not",
        typeConverter=TypeConverters.toBoolean,
    )
    outputCol: Param[str] = Param(
        Params._dummy(),
        "outputCol",
        "name of the new column",
        typeConverter=TypeConverters.toString,
    )
    outputType: Param[str] = Param(
        Params._dummy(),
        "outputType",
        "vector (of Spark ML), array (of float), int8 or binary (array of tinyint), uint8 or "
        "ubinary (array of smallint), sparse (struct of indices and values, of a sparse "
        "encoder)",
        typeConverter=TypeConverters.toString,
    )
    precision: Param[str] = Param(
        Params._dummy(),
        "precision",
        "arithmetic: auto, fp32, bf16, fp16 or int8",
        typeConverter=TypeConverters.toString,
    )
    prompt: Param[str] = Param(
        Params._dummy(),
        "prompt",
        "prompt given as a text to put before each text, instead of one of the model's",
        typeConverter=TypeConverters.toString,
    )
    promptName: Param[str] = Param(
        Params._dummy(),
        "promptName",
        "name of the model's prompt to put before each text, such as query or document; "
        "empty = none; not set = the model's default prompt",
        typeConverter=TypeConverters.toString,
    )
    truncateDim: Param[int] = Param(
        Params._dummy(),
        "truncateDim",
        "numbers of an embedding that are kept, the first ones; 0 = the model's own",
        typeConverter=TypeConverters.toInt,
    )
    windowOverlap: Param[int] = Param(
        Params._dummy(),
        "windowOverlap",
        "tokens that a window of a long text repeats of the one before",
        typeConverter=TypeConverters.toInt,
    )

    def __init__(self, **params: Any) -> None:
        super().__init__()
        self._begin(params)

    def getBatchSize(self) -> int:
        """The value of batchSize."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self, value: int) -> "SentenceEmbedder":
        """Sets batchSize."""
        self._set(batchSize=value)
        return self

    def getDevice(self) -> str:
        """The value of device."""
        return self.getOrDefault(self.device)

    def setDevice(self, value: str) -> "SentenceEmbedder":
        """Sets device."""
        self._set(device=value)
        return self

    def getHandleInvalid(self) -> str:
        """The value of handleInvalid."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self, value: str) -> "SentenceEmbedder":
        """Sets handleInvalid."""
        self._set(handleInvalid=value)
        return self

    def getInputCol(self) -> str:
        """The value of inputCol."""
        return self.getOrDefault(self.inputCol)

    def setInputCol(self, value: str) -> "SentenceEmbedder":
        """Sets inputCol."""
        self._set(inputCol=value)
        return self

    def getLayers(self) -> int:
        """The value of layers."""
        return self.getOrDefault(self.layers)

    def setLayers(self, value: int) -> "SentenceEmbedder":
        """Sets layers."""
        self._set(layers=value)
        return self

    def getLongTexts(self) -> str:
        """The value of longTexts."""
        return self.getOrDefault(self.longTexts)

    def setLongTexts(self, value: str) -> "SentenceEmbedder":
        """Sets longTexts."""
        self._set(longTexts=value)
        return self

    def getMaxActiveDims(self) -> int:
        """The value of maxActiveDims."""
        return self.getOrDefault(self.maxActiveDims)

    def setMaxActiveDims(self, value: int) -> "SentenceEmbedder":
        """Sets maxActiveDims."""
        self._set(maxActiveDims=value)
        return self

    def getMaxSequenceLength(self) -> int:
        """The value of maxSequenceLength."""
        return self.getOrDefault(self.maxSequenceLength)

    def setMaxSequenceLength(self, value: int) -> "SentenceEmbedder":
        """Sets maxSequenceLength."""
        self._set(maxSequenceLength=value)
        return self

    def getMaximum(self) -> List[float]:
        """The value of maximum."""
        return self.getOrDefault(self.maximum)

    def setMaximum(self, value: List[float]) -> "SentenceEmbedder":
        """Sets maximum."""
        self._set(maximum=value)
        return self

    def getMinimum(self) -> List[float]:
        """The value of minimum."""
        return self.getOrDefault(self.minimum)

    def setMinimum(self, value: List[float]) -> "SentenceEmbedder":
        """Sets minimum."""
        self._set(minimum=value)
        return self

    def getModel(self) -> str:
        """The value of model."""
        return self.getOrDefault(self.model)

    def setModel(self, value: str) -> "SentenceEmbedder":
        """Sets model."""
        self._set(model=value)
        return self

    def getNormalize(self) -> bool:
        """The value of normalize."""
        return self.getOrDefault(self.normalize)

    def setNormalize(self, value: bool) -> "SentenceEmbedder":
        """Sets normalize."""
        self._set(normalize=value)
        return self

    def getOutputCol(self) -> str:
        """The value of outputCol."""
        return self.getOrDefault(self.outputCol)

    def setOutputCol(self, value: str) -> "SentenceEmbedder":
        """Sets outputCol."""
        self._set(outputCol=value)
        return self

    def getOutputType(self) -> str:
        """The value of outputType."""
        return self.getOrDefault(self.outputType)

    def setOutputType(self, value: str) -> "SentenceEmbedder":
        """Sets outputType."""
        self._set(outputType=value)
        return self

    def getPrecision(self) -> str:
        """The value of precision."""
        return self.getOrDefault(self.precision)

    def setPrecision(self, value: str) -> "SentenceEmbedder":
        """Sets precision."""
        self._set(precision=value)
        return self

    def getPrompt(self) -> str:
        """The value of prompt."""
        return self.getOrDefault(self.prompt)

    def setPrompt(self, value: str) -> "SentenceEmbedder":
        """Sets prompt."""
        self._set(prompt=value)
        return self

    def getPromptName(self) -> str:
        """The value of promptName."""
        return self.getOrDefault(self.promptName)

    def setPromptName(self, value: str) -> "SentenceEmbedder":
        """Sets promptName."""
        self._set(promptName=value)
        return self

    def getTruncateDim(self) -> int:
        """The value of truncateDim."""
        return self.getOrDefault(self.truncateDim)

    def setTruncateDim(self, value: int) -> "SentenceEmbedder":
        """Sets truncateDim."""
        self._set(truncateDim=value)
        return self

    def getWindowOverlap(self) -> int:
        """The value of windowOverlap."""
        return self.getOrDefault(self.windowOverlap)

    def setWindowOverlap(self, value: int) -> "SentenceEmbedder":
        """Sets windowOverlap."""
        self._set(windowOverlap=value)
        return self


@inherit_doc
class PairScorer(JavaModel, _Stage):
    """Scores pairs of texts with a cross-encoder, 0 to 1."""

    _java_class = "io.silverspark.udfs.ml.PairScorer"

    batchSize: Param[int] = Param(
        Params._dummy(),
        "batchSize",
        "rows that a task gathers before the model runs, to make batches of similar length "
        "(0: 1,024 on a CPU, 16,384 on a GPU)",
        typeConverter=TypeConverters.toInt,
    )
    device: Param[str] = Param(
        Params._dummy(),
        "device",
        "cpu, cuda or cuda:N; never chosen silently",
        typeConverter=TypeConverters.toString,
    )
    firstCol: Param[str] = Param(
        Params._dummy(),
        "firstCol",
        "column of first texts",
        typeConverter=TypeConverters.toString,
    )
    handleInvalid: Param[str] = Param(
        Params._dummy(),
        "handleInvalid",
        "what a null text does: error (the job fails), keep (the output is null)",
        typeConverter=TypeConverters.toString,
    )
    layers: Param[int] = Param(
        Params._dummy(),
        "layers",
        "first layers of the model to keep; 0 = all",
        typeConverter=TypeConverters.toInt,
    )
    matchClass: Param[str] = Param(
        Params._dummy(),
        "matchClass",
        "name or number of the class whose probability is the score; empty = the one that "
        "the model's id2label names, such as entailment",
        typeConverter=TypeConverters.toString,
    )
    maxSequenceLength: Param[int] = Param(
        Params._dummy(),
        "maxSequenceLength",
        "tokens a text is cut to; 0 = the model's own limit",
        typeConverter=TypeConverters.toInt,
    )
    model: Param[str] = Param(
        Params._dummy(),
        "model",
        "builtin:all-MiniLM-L6-v2, a model directory, or a cached Hub id",
        typeConverter=TypeConverters.toString,
    )
    outputCol: Param[str] = Param(
        Params._dummy(),
        "outputCol",
        "name of the new column",
        typeConverter=TypeConverters.toString,
    )
    precision: Param[str] = Param(
        Params._dummy(),
        "precision",
        "arithmetic: auto, fp32, bf16, fp16 or int8",
        typeConverter=TypeConverters.toString,
    )
    secondCol: Param[str] = Param(
        Params._dummy(),
        "secondCol",
        "column of second texts",
        typeConverter=TypeConverters.toString,
    )

    def __init__(self, **params: Any) -> None:
        super().__init__()
        self._begin(params)

    def getBatchSize(self) -> int:
        """The value of batchSize."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self, value: int) -> "PairScorer":
        """Sets batchSize."""
        self._set(batchSize=value)
        return self

    def getDevice(self) -> str:
        """The value of device."""
        return self.getOrDefault(self.device)

    def setDevice(self, value: str) -> "PairScorer":
        """Sets device."""
        self._set(device=value)
        return self

    def getFirstCol(self) -> str:
        """The value of firstCol."""
        return self.getOrDefault(self.firstCol)

    def setFirstCol(self, value: str) -> "PairScorer":
        """Sets firstCol."""
        self._set(firstCol=value)
        return self

    def getHandleInvalid(self) -> str:
        """The value of handleInvalid."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self, value: str) -> "PairScorer":
        """Sets handleInvalid."""
        self._set(handleInvalid=value)
        return self

    def getLayers(self) -> int:
        """The value of layers."""
        return self.getOrDefault(self.layers)

    def setLayers(self, value: int) -> "PairScorer":
        """Sets layers."""
        self._set(layers=value)
        return self

    def getMatchClass(self) -> str:
        """The value of matchClass."""
        return self.getOrDefault(self.matchClass)

    def setMatchClass(self, value: str) -> "PairScorer":
        """Sets matchClass."""
        self._set(matchClass=value)
        return self

    def getMaxSequenceLength(self) -> int:
        """The value of maxSequenceLength."""
        return self.getOrDefault(self.maxSequenceLength)

    def setMaxSequenceLength(self, value: int) -> "PairScorer":
        """Sets maxSequenceLength."""
        self._set(maxSequenceLength=value)
        return self

    def getModel(self) -> str:
        """The value of model."""
        return self.getOrDefault(self.model)

    def setModel(self, value: str) -> "PairScorer":
        """Sets model."""
        self._set(model=value)
        return self

    def getOutputCol(self) -> str:
        """The value of outputCol."""
        return self.getOrDefault(self.outputCol)

    def setOutputCol(self, value: str) -> "PairScorer":
        """Sets outputCol."""
        self._set(outputCol=value)
        return self

    def getPrecision(self) -> str:
        """The value of precision."""
        return self.getOrDefault(self.precision)

    def setPrecision(self, value: str) -> "PairScorer":
        """Sets precision."""
        self._set(precision=value)
        return self

    def getSecondCol(self) -> str:
        """The value of secondCol."""
        return self.getOrDefault(self.secondCol)

    def setSecondCol(self, value: str) -> "PairScorer":
        """Sets secondCol."""
        self._set(secondCol=value)
        return self


@inherit_doc
class BiEncoderTrainer(JavaEstimator[SentenceEmbedder], _Stage):
    """Fine-tunes a sentence encoder on pairs of texts, on the driver."""

    _java_class = "io.silverspark.udfs.ml.BiEncoderTrainer"

    baseModel: Param[str] = Param(
        Params._dummy(),
        "baseModel",
        "model to start from: builtin:all-MiniLM-L6-v2, a directory or a cached Hub id",
        typeConverter=TypeConverters.toString,
    )
    batchSize: Param[int] = Param(
        Params._dummy(),
        "batchSize",
        "pairs per step",
        typeConverter=TypeConverters.toInt,
    )
    device: Param[str] = Param(
        Params._dummy(),
        "device",
        "cpu or cuda:N, on the driver",
        typeConverter=TypeConverters.toString,
    )
    epochs: Param[int] = Param(
        Params._dummy(),
        "epochs",
        "passes over the rows",
        typeConverter=TypeConverters.toInt,
    )
    firstCol: Param[str] = Param(
        Params._dummy(),
        "firstCol",
        "column of first texts, the anchors of mnr",
        typeConverter=TypeConverters.toString,
    )
    firstPrompt: Param[str] = Param(
        Params._dummy(),
        "firstPrompt",
        "prompt in front of the first texts while training; empty = none",
        typeConverter=TypeConverters.toString,
    )
    freezeLayers: Param[int] = Param(
        Params._dummy(),
        "freezeLayers",
        "the embeddings and so many of the first layers keep their weights; 0 = all are "
        "trained",
        typeConverter=TypeConverters.toInt,
    )
    gradientAccumulation: Param[int] = Param(
        Params._dummy(),
        "gradientAccumulation",
        "batches whose gradients are averaged before one update",
        typeConverter=TypeConverters.toInt,
    )
    gradientCheckpointing: Param[bool] = Param(
        Params._dummy(),
        "gradientCheckpointing",
        "keeps the inputs of the layers only and runs each layer again in the backward pass: "
        "less memory, more time",
        typeConverter=TypeConverters.toBoolean,
    )
    headLearningRate: Param[float] = Param(
        Params._dummy(),
        "headLearningRate",
        "peak learning rate of Dense modules and of the parameters of the loss; 0 = "
        "learningRate",
        typeConverter=TypeConverters.toFloat,
    )
    inputCol: Param[str] = Param(
        Params._dummy(),
        "inputCol",
        "column of texts that the fitted stage embeds",
        typeConverter=TypeConverters.toString,
    )
    labelCol: Param[str] = Param(
        Params._dummy(),
        "labelCol",
        "column of similarities from -1 to 1, for cosine",
        typeConverter=TypeConverters.toString,
    )
    layerDecay: Param[float] = Param(
        Params._dummy(),
        "layerDecay",
        "learning rate of a layer as a share of that of the layer above, above 0 and at most "
        "1",
        typeConverter=TypeConverters.toFloat,
    )
    layers: Param[int] = Param(
        Params._dummy(),
        "layers",
        "first layers of the model to keep; 0 = all",
        typeConverter=TypeConverters.toInt,
    )
    learningRate: Param[float] = Param(
        Params._dummy(),
        "learningRate",
        "peak learning rate",
        typeConverter=TypeConverters.toFloat,
    )
    loraAlpha: Param[float] = Param(
        Params._dummy(),
        "loraAlpha",
        "the adapter is scaled by loraAlpha / loraRank",
        typeConverter=TypeConverters.toFloat,
    )
    loraBasePrecision: Param[str] = Param(
        Params._dummy(),
        "loraBasePrecision",
        "how the weights below the adapter are kept in memory: fp32, bf16 or int8",
        typeConverter=TypeConverters.toString,
    )
    loraDropout: Param[float] = Param(
        Params._dummy(),
        "loraDropout",
        "dropout of the adapter's inputs, at least 0 and below 1",
        typeConverter=TypeConverters.toFloat,
    )
    loraModules: Param[str] = Param(
        Params._dummy(),
        "loraModules",
        "linear layers with an adapter, by the end of their name, with commas between; "
        "all-linear: all; empty: queries and values",
        typeConverter=TypeConverters.toString,
    )
    loraRank: Param[int] = Param(
        Params._dummy(),
        "loraRank",
        "trains a LoRA adapter of this rank in place of the weights; 0 = trains the weights",
        typeConverter=TypeConverters.toInt,
    )
    loss: Param[str] = Param(
        Params._dummy(),
        "loss",
        "by its name in sentence-transformers, or cosine (needs labelCol) or mnr (multiple "
        "negatives ranking): any loss of pairs or triplets that needs no other model, or "
        "MatryoshkaLoss, AdaptiveLayerLoss or Matryoshka2dLoss around one",
        typeConverter=TypeConverters.toString,
    )
    lossParameters: Param[str] = Param(
        Params._dummy(),
        "lossParameters",
        "parameters of the loss, such as { scale = 10 } or { loss = mnr, matryoshkaDims = "
        "[384, 128] }; empty = the defaults",
        typeConverter=TypeConverters.toString,
    )
    maxGradNorm: Param[float] = Param(
        Params._dummy(),
        "maxGradNorm",
        "gradients are scaled down to this norm",
        typeConverter=TypeConverters.toFloat,
    )
    maxSequenceLength: Param[int] = Param(
        Params._dummy(),
        "maxSequenceLength",
        "tokens a text is cut to; 0 = the model's own limit",
        typeConverter=TypeConverters.toInt,
    )
    negativeCol: Param[str] = Param(
        Params._dummy(),
        "negativeCol",
        "column of hard negatives for mnr; empty = none",
        typeConverter=TypeConverters.toString,
    )
    negativePrompt: Param[str] = Param(
        Params._dummy(),
        "negativePrompt",
        "prompt in front of the negatives while training; empty = none",
        typeConverter=TypeConverters.toString,
    )
    outputCol: Param[str] = Param(
        Params._dummy(),
        "outputCol",
        "column that the fitted stage adds",
        typeConverter=TypeConverters.toString,
    )
    outputDir: Param[str] = Param(
        Params._dummy(),
        "outputDir",
        "directory that driver and executors share; each fit makes a model directory in it",
        typeConverter=TypeConverters.toString,
    )
    outputType: Param[str] = Param(
        Params._dummy(),
        "outputType",
        "output of the fitted stage: vector or array",
        typeConverter=TypeConverters.toString,
    )
    precision: Param[str] = Param(
        Params._dummy(),
        "precision",
        "arithmetic of training: auto, fp32, bf16 or fp16",
        typeConverter=TypeConverters.toString,
    )
    rowsInMemory: Param[int] = Param(
        Params._dummy(),
        "rowsInMemory",
        "most rows that the driver holds; more are tokenised by the executors into shards",
        typeConverter=TypeConverters.toInt,
    )
    schedule: Param[str] = Param(
        Params._dummy(),
        "schedule",
        "learning rate after the warmup: linear, cosine or constant",
        typeConverter=TypeConverters.toString,
    )
    secondCol: Param[str] = Param(
        Params._dummy(),
        "secondCol",
        "column of second texts, the positives of mnr",
        typeConverter=TypeConverters.toString,
    )
    secondPrompt: Param[str] = Param(
        Params._dummy(),
        "secondPrompt",
        "prompt in front of the second texts while training; empty = none",
        typeConverter=TypeConverters.toString,
    )
    seed: Param[int] = Param(
        Params._dummy(),
        "seed",
        "seed of batches and dropout",
        typeConverter=TypeConverters.toInt,
    )
    shardRows: Param[int] = Param(
        Params._dummy(),
        "shardRows",
        "rows of a shard, from which batches are drawn; fewer where texts are long",
        typeConverter=TypeConverters.toInt,
    )
    shardsDir: Param[str] = Param(
        Params._dummy(),
        "shardsDir",
        "directory of the shards while a fit lasts, on any file system of driver and "
        "executors; empty = training-examples in outputDir",
        typeConverter=TypeConverters.toString,
    )
    truncateDim: Param[int] = Param(
        Params._dummy(),
        "truncateDim",
        "numbers of an embedding that the fitted model keeps, the first ones; the loss sees "
        "all; 0 = the model's own",
        typeConverter=TypeConverters.toInt,
    )
    warmupRatio: Param[float] = Param(
        Params._dummy(),
        "warmupRatio",
        "share of the steps over which the rate rises, 0 to 1",
        typeConverter=TypeConverters.toFloat,
    )
    warmupSteps: Param[int] = Param(
        Params._dummy(),
        "warmupSteps",
        "steps over which the rate rises; 0 = warmupRatio counts",
        typeConverter=TypeConverters.toInt,
    )
    weightDecay: Param[float] = Param(
        Params._dummy(),
        "weightDecay",
        "decay of AdamW",
        typeConverter=TypeConverters.toFloat,
    )

    def __init__(self, **params: Any) -> None:
        super().__init__()
        self._begin(params)

    def _create_model(self, java_model: Any) -> SentenceEmbedder:
        return SentenceEmbedder._from_java(java_model)

    def _fit(self, dataset: DataFrame) -> SentenceEmbedder:
        # The fitted stage has params of its own: its batchSize, say, is not that of training.
        return self._create_model(self._fit_java(dataset))

    def getBaseModel(self) -> str:
        """The value of baseModel."""
        return self.getOrDefault(self.baseModel)

    def setBaseModel(self, value: str) -> "BiEncoderTrainer":
        """Sets baseModel."""
        self._set(baseModel=value)
        return self

    def getBatchSize(self) -> int:
        """The value of batchSize."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self, value: int) -> "BiEncoderTrainer":
        """Sets batchSize."""
        self._set(batchSize=value)
        return self

    def getDevice(self) -> str:
        """The value of device."""
        return self.getOrDefault(self.device)

    def setDevice(self, value: str) -> "BiEncoderTrainer":
        """Sets device."""
        self._set(device=value)
        return self

    def getEpochs(self) -> int:
        """The value of epochs."""
        return self.getOrDefault(self.epochs)

    def setEpochs(self, value: int) -> "BiEncoderTrainer":
        """Sets epochs."""
        self._set(epochs=value)
        return self

    def getFirstCol(self) -> str:
        """The value of firstCol."""
        return self.getOrDefault(self.firstCol)

    def setFirstCol(self, value: str) -> "BiEncoderTrainer":
        """Sets firstCol."""
        self._set(firstCol=value)
        return self

    def getFirstPrompt(self) -> str:
        """The value of firstPrompt."""
        return self.getOrDefault(self.firstPrompt)

    def setFirstPrompt(self, value: str) -> "BiEncoderTrainer":
        """Sets firstPrompt."""
        self._set(firstPrompt=value)
        return self

    def getFreezeLayers(self) -> int:
        """The value of freezeLayers."""
        return self.getOrDefault(self.freezeLayers)

    def setFreezeLayers(self, value: int) -> "BiEncoderTrainer":
        """Sets freezeLayers."""
        self._set(freezeLayers=value)
        return self

    def getGradientAccumulation(self) -> int:
        """The value of gradientAccumulation."""
        return self.getOrDefault(self.gradientAccumulation)

    def setGradientAccumulation(self, value: int) -> "BiEncoderTrainer":
        """Sets gradientAccumulation."""
        self._set(gradientAccumulation=value)
        return self

    def getGradientCheckpointing(self) -> bool:
        """The value of gradientCheckpointing."""
        return self.getOrDefault(self.gradientCheckpointing)

    def setGradientCheckpointing(self, value: bool) -> "BiEncoderTrainer":
        """Sets gradientCheckpointing."""
        self._set(gradientCheckpointing=value)
        return self

    def getHeadLearningRate(self) -> float:
        """The value of headLearningRate."""
        return self.getOrDefault(self.headLearningRate)

    def setHeadLearningRate(self, value: float) -> "BiEncoderTrainer":
        """Sets headLearningRate."""
        self._set(headLearningRate=value)
        return self

    def getInputCol(self) -> str:
        """The value of inputCol."""
        return self.getOrDefault(self.inputCol)

    def setInputCol(self, value: str) -> "BiEncoderTrainer":
        """Sets inputCol."""
        self._set(inputCol=value)
        return self

    def getLabelCol(self) -> str:
        """The value of labelCol."""
        return self.getOrDefault(self.labelCol)

    def setLabelCol(self, value: str) -> "BiEncoderTrainer":
        """Sets labelCol."""
        self._set(labelCol=value)
        return self

    def getLayerDecay(self) -> float:
        """The value of layerDecay."""
        return self.getOrDefault(self.layerDecay)

    def setLayerDecay(self, value: float) -> "BiEncoderTrainer":
        """Sets layerDecay."""
        self._set(layerDecay=value)
        return self

    def getLayers(self) -> int:
        """The value of layers."""
        return self.getOrDefault(self.layers)

    def setLayers(self, value: int) -> "BiEncoderTrainer":
        """Sets layers."""
        self._set(layers=value)
        return self

    def getLearningRate(self) -> float:
        """The value of learningRate."""
        return self.getOrDefault(self.learningRate)

    def setLearningRate(self, value: float) -> "BiEncoderTrainer":
        """Sets learningRate."""
        self._set(learningRate=value)
        return self

    def getLoraAlpha(self) -> float:
        """The value of loraAlpha."""
        return self.getOrDefault(self.loraAlpha)

    def setLoraAlpha(self, value: float) -> "BiEncoderTrainer":
        """Sets loraAlpha."""
        self._set(loraAlpha=value)
        return self

    def getLoraBasePrecision(self) -> str:
        """The value of loraBasePrecision."""
        return self.getOrDefault(self.loraBasePrecision)

    def setLoraBasePrecision(self, value: str) -> "BiEncoderTrainer":
        """Sets loraBasePrecision."""
        self._set(loraBasePrecision=value)
        return self

    def getLoraDropout(self) -> float:
        """The value of loraDropout."""
        return self.getOrDefault(self.loraDropout)

    def setLoraDropout(self, value: float) -> "BiEncoderTrainer":
        """Sets loraDropout."""
        self._set(loraDropout=value)
        return self

    def getLoraModules(self) -> str:
        """The value of loraModules."""
        return self.getOrDefault(self.loraModules)

    def setLoraModules(self, value: str) -> "BiEncoderTrainer":
        """Sets loraModules."""
        self._set(loraModules=value)
        return self

    def getLoraRank(self) -> int:
        """The value of loraRank."""
        return self.getOrDefault(self.loraRank)

    def setLoraRank(self, value: int) -> "BiEncoderTrainer":
        """Sets loraRank."""
        self._set(loraRank=value)
        return self

    def getLoss(self) -> str:
        """The value of loss."""
        return self.getOrDefault(self.loss)

    def setLoss(self, value: str) -> "BiEncoderTrainer":
        """Sets loss."""
        self._set(loss=value)
        return self

    def getLossParameters(self) -> str:
        """The value of lossParameters."""
        return self.getOrDefault(self.lossParameters)

    def setLossParameters(self, value: str) -> "BiEncoderTrainer":
        """Sets lossParameters."""
        self._set(lossParameters=value)
        return self

    def getMaxGradNorm(self) -> float:
        """The value of maxGradNorm."""
        return self.getOrDefault(self.maxGradNorm)

    def setMaxGradNorm(self, value: float) -> "BiEncoderTrainer":
        """Sets maxGradNorm."""
        self._set(maxGradNorm=value)
        return self

    def getMaxSequenceLength(self) -> int:
        """The value of maxSequenceLength."""
        return self.getOrDefault(self.maxSequenceLength)

    def setMaxSequenceLength(self, value: int) -> "BiEncoderTrainer":
        """Sets maxSequenceLength."""
        self._set(maxSequenceLength=value)
        return self

    def getNegativeCol(self) -> str:
        """The value of negativeCol."""
        return self.getOrDefault(self.negativeCol)

    def setNegativeCol(self, value: str) -> "BiEncoderTrainer":
        """Sets negativeCol."""
        self._set(negativeCol=value)
        return self

    def getNegativePrompt(self) -> str:
        """The value of negativePrompt."""
        return self.getOrDefault(self.negativePrompt)

    def setNegativePrompt(self, value: str) -> "BiEncoderTrainer":
        """Sets negativePrompt."""
        self._set(negativePrompt=value)
        return self

    def getOutputCol(self) -> str:
        """The value of outputCol."""
        return self.getOrDefault(self.outputCol)

    def setOutputCol(self, value: str) -> "BiEncoderTrainer":
        """Sets outputCol."""
        self._set(outputCol=value)
        return self

    def getOutputDir(self) -> str:
        """The value of outputDir."""
        return self.getOrDefault(self.outputDir)

    def setOutputDir(self, value: str) -> "BiEncoderTrainer":
        """Sets outputDir."""
        self._set(outputDir=value)
        return self

    def getOutputType(self) -> str:
        """The value of outputType."""
        return self.getOrDefault(self.outputType)

    def setOutputType(self, value: str) -> "BiEncoderTrainer":
        """Sets outputType."""
        self._set(outputType=value)
        return self

    def getPrecision(self) -> str:
        """The value of precision."""
        return self.getOrDefault(self.precision)

    def setPrecision(self, value: str) -> "BiEncoderTrainer":
        """Sets precision."""
        self._set(precision=value)
        return self

    def getRowsInMemory(self) -> int:
        """The value of rowsInMemory."""
        return self.getOrDefault(self.rowsInMemory)

    def setRowsInMemory(self, value: int) -> "BiEncoderTrainer":
        """Sets rowsInMemory."""
        self._set(rowsInMemory=value)
        return self

    def getSchedule(self) -> str:
        """The value of schedule."""
        return self.getOrDefault(self.schedule)

    def setSchedule(self, value: str) -> "BiEncoderTrainer":
        """Sets schedule."""
        self._set(schedule=value)
        return self

    def getSecondCol(self) -> str:
        """The value of secondCol."""
        return self.getOrDefault(self.secondCol)

    def setSecondCol(self, value: str) -> "BiEncoderTrainer":
        """Sets secondCol."""
        self._set(secondCol=value)
        return self

    def getSecondPrompt(self) -> str:
        """The value of secondPrompt."""
        return self.getOrDefault(self.secondPrompt)

    def setSecondPrompt(self, value: str) -> "BiEncoderTrainer":
        """Sets secondPrompt."""
        self._set(secondPrompt=value)
        return self

    def getSeed(self) -> int:
        """The value of seed."""
        return self.getOrDefault(self.seed)

    def setSeed(self, value: int) -> "BiEncoderTrainer":
        """Sets seed."""
        self._set(seed=value)
        return self

    def getShardRows(self) -> int:
        """The value of shardRows."""
        return self.getOrDefault(self.shardRows)

    def setShardRows(self, value: int) -> "BiEncoderTrainer":
        """Sets shardRows."""
        self._set(shardRows=value)
        return self

    def getShardsDir(self) -> str:
        """The value of shardsDir."""
        return self.getOrDefault(self.shardsDir)

    def setShardsDir(self, value: str) -> "BiEncoderTrainer":
        """Sets shardsDir."""
        self._set(shardsDir=value)
        return self

    def getTruncateDim(self) -> int:
        """The value of truncateDim."""
        return self.getOrDefault(self.truncateDim)

    def setTruncateDim(self, value: int) -> "BiEncoderTrainer":
        """Sets truncateDim."""
        self._set(truncateDim=value)
        return self

    def getWarmupRatio(self) -> float:
        """The value of warmupRatio."""
        return self.getOrDefault(self.warmupRatio)

    def setWarmupRatio(self, value: float) -> "BiEncoderTrainer":
        """Sets warmupRatio."""
        self._set(warmupRatio=value)
        return self

    def getWarmupSteps(self) -> int:
        """The value of warmupSteps."""
        return self.getOrDefault(self.warmupSteps)

    def setWarmupSteps(self, value: int) -> "BiEncoderTrainer":
        """Sets warmupSteps."""
        self._set(warmupSteps=value)
        return self

    def getWeightDecay(self) -> float:
        """The value of weightDecay."""
        return self.getOrDefault(self.weightDecay)

    def setWeightDecay(self, value: float) -> "BiEncoderTrainer":
        """Sets weightDecay."""
        self._set(weightDecay=value)
        return self


# PySpark finds the wrapper of a Java stage in the module named as its Java package.
sys.modules.setdefault("io.silverspark.udfs.ml", sys.modules[__name__])
