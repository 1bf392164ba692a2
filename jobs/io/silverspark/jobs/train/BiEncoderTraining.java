package io.silverspark.jobs.train;

import io.silverspark.jobs.config.DatasetSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A bi-encoder: the base model, fine-tuned on the data sets of a source. */
record BiEncoderTraining(JobContext context, TrainingSource source, List<BiEncoderDataset> data)
    implements TrainingRecipe {

  /**
   * The training of the settings.
   *
   * @throws UserException if a loss does not fit its data
   */
  static BiEncoderTraining of(JobContext context, TrainingSource source) {
    List<BiEncoderDataset> data = BiEncoderDataset.of(context, source);
    for (BiEncoderDataset one : data) {
      if (one.loss().trainsTwins() && context.get(TrainSettings.LORA.rank()) > 0) {
        throw new UserException(
            "%s = %d trains an adapter, but %s trains two copies of the model; set %s = 0 or take another loss"
                .formatted(
                    TrainSettings.LORA.rank(),
                    context.get(TrainSettings.LORA.rank()),
                    one.loss().title(),
                    TrainSettings.LORA.rank()));
      }
      if (data.size() > 1 && one.loss().trainsTwins()) {
        throw new UserException(
            "train.datasets: %s trains two copies of the model and cannot be mixed with other losses; train it alone (train.data = %s)"
                .formatted(one.loss().title(), one.source().setting()));
      }
    }
    return new BiEncoderTraining(context, source, data);
  }

  @Override
  public Names names() {
    return new Names("train", source.stage(), source.directory(), source.title(), source.title());
  }

  @Override
  public TrainingRun run() {
    boolean silver = source == TrainingSource.GOLD_SILVER;
    return new TrainingRun(
        ModelOptions.trained(context, ModelSettings.BASE, context.get(ModelSettings.LAYERS)),
        context.get(TrainSettings.PLAN.precision()),
        silver
            ? TrainSettings.silverPlan(context.settings())
            : TrainSettings.PLAN.plan(context.settings()),
        data.stream().map(BiEncoderDataset::value).toList(),
        context.get(DatasetSettings.SAMPLER),
        TrainSettings.LORA.config(context.settings()));
  }

  @Override
  public Fingerprint fingerprint() {
    Fingerprint fingerprint =
        new Fingerprint(source.stage())
            .setting(context.settings(), ModelSettings.BASE)
            .setting(context.settings(), ModelSettings.LAYERS)
            .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH)
            .chosen(context.settings(), ModelSettings.TRUNCATE_DIM)
            .setting(context.settings(), RunSettings.SEED)
            .input("base content", ModelFingerprint.of(context.get(ModelSettings.BASE)));
    Prompt validation = StsValidation.prompt(context, 0);
    if (!validation.equals(Prompt.DEFAULT)) {
      fingerprint.input("validation prompt", validation);
    }
    StsValidation.describe(context, run().plan(), fingerprint);
    if (source != TrainingSource.DATASETS) {
      data.get(0).describe(fingerprint, false);
      return fingerprint;
    }
    fingerprint
        .settings(context.settings(), TrainSettings.ofSeveral(), TrainSettings.LATER)
        .setting(context.settings(), DatasetSettings.SAMPLER);
    for (BiEncoderDataset one : data) {
      Fingerprint own = new Fingerprint(one.source().stage());
      one.describe(own, true);
      fingerprint.input("data set " + one.name(), own.digest());
    }
    return fingerprint;
  }

  @Override
  public Map<String, Long> rows() {
    Map<String, Long> rows = new LinkedHashMap<>();
    data.forEach(one -> rows.putAll(one.rows()));
    return rows;
  }

  @Override
  public int ranks() {
    int ranks = context.get(RankSettings.RANKS);
    if (ranks > 1) {
      data.forEach(one -> LossModels.requireNone(one.loss()));
    }
    return ranks;
  }

  @Override
  public TrainedEncoder open(String device) {
    TrainingRun run = run();
    return new TrainedEncoder.Bi(
        TrainedEncoder.open(
            run.base().reference(),
            run.options(device),
            data.stream().map(BiEncoderDataset::chosen).toList()));
  }

  @Override
  public Rows read(TrainedEncoder trained) {
    SentenceEncoder encoder = ((TrainedEncoder.Bi) trained).encoder();
    List<BiEncoderExamples> examples =
        data.stream().map(one -> BiEncoderExamples.read(one, encoder)).toList();
    BiEncoderExamples.Summary all = BiEncoderExamples.all(examples);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("training data", source.setting());
    facts.put("loss", losses());
    facts.put("training examples", all.size());
    facts.put("gold pairs", all.gold().total());
    facts.put("silver pairs", all.silver());
    List<LossModels> others = new ArrayList<>();
    List<TrainingSet> sets = new ArrayList<>();
    TrainableModel model = trained.trainable();
    try {
      for (int i = 0; i < data.size(); i++) {
        LossModels own = LossModels.open(data.get(i), encoder);
        others.add(own);
        sets.add(own.labelled(examples.get(i).set(), data.get(i).prompts()));
        model = own.model();
      }
    } catch (RuntimeException e) {
      others.forEach(LossModels::close);
      throw e;
    }
    return new Rows(
        sets,
        model,
        "examples",
        all.size(),
        all.gold(),
        all.inputs(),
        facts,
        () -> others.forEach(LossModels::close));
  }

  private String losses() {
    return data.stream()
        .map(
            one ->
                data.size() == 1 ? one.chosen().title() : one.name() + ": " + one.chosen().title())
        .collect(Collectors.joining(", "));
  }

  @Override
  public String card(TrainedEncoder encoder, Map<String, Object> facts) {
    return ModelCard.ofBiEncoder(
        "SilverSpark " + source.title(),
        context.get(ModelSettings.BASE),
        facts,
        ((TrainedEncoder.Bi) encoder).encoder().prompts());
  }
}
