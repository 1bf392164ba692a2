"""Values and gradients of all losses of sentence-transformers, for LossGoldenTest.

    python src/test/python/loss_golden.py src/test/resources/io/silverspark/model/loss/losses-sentence-transformers-6.0.1.json

No model is run: the "model" is a table of embeddings or logits, so that the numbers are those of the formulas. All
is computed in float64; the ranking losses of cross-encoders, which cast to float32, are made to keep float64.
"""

import json
import platform
import sys
from functools import partial
from types import SimpleNamespace

import numpy
import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer, util
from sentence_transformers.base.modules import Transformer
from sentence_transformers.cross_encoder import CrossEncoder
from sentence_transformers.cross_encoder import losses as cross
from sentence_transformers.sentence_transformer import losses as dense
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from torch import nn

torch.set_default_dtype(torch.float64)
torch.Tensor.float = torch.Tensor.double  # the casts of the listwise losses

ROWS, WIDTH, COLUMNS = 5, 6, 4
random = numpy.random.default_rng(20260711)


def drawn(*shape, scale=1.0):
    return numpy.round(random.normal(0, scale, shape), 3)


ANCHORS = drawn(ROWS, WIDTH)
EMBEDDINGS = numpy.stack([ANCHORS] + [numpy.round(ANCHORS * s + drawn(ROWS, WIDTH), 3) for s in (0.8, 0.2, 0.1)])
GUIDE = numpy.round(EMBEDDINGS + drawn(COLUMNS, ROWS, WIDTH, scale=0.7), 3)
LAYERS = numpy.stack([numpy.round(s * EMBEDDINGS + drawn(COLUMNS, ROWS, WIDTH, scale=0.5), 3) for s in (0.3, 0.8)])
WIDE_TEACHER = drawn(ROWS, 9)
LOGITS = drawn(COLUMNS, ROWS)
TOKENIZER = transformers.PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({"a": 0}, "a")))


class Table(nn.Module):
    """A sentence encoder of one-word texts: text i has row i of the table."""

    device = torch.device("cpu")
    tokenizer = TOKENIZER
    max_seq_length = 8

    def __init__(self, columns):
        super().__init__()
        self.rows = nn.Parameter(torch.tensor(columns).reshape(-1, columns.shape[-1]))

    def __getitem__(self, index):
        return self

    def get_embedding_dimension(self):
        return self.rows.shape[1]

    def forward(self, features, **kwargs):
        features["sentence_embedding"] = self.rows[features["input_ids"][:, 0]]
        return features

    @staticmethod
    def features(columns):
        ids = torch.arange(columns * ROWS).reshape(columns, ROWS, 1)
        return [{"input_ids": column, "attention_mask": torch.ones_like(column)} for column in ids]

    def gradients(self, columns):
        return self.rows.grad.reshape(-1, ROWS, WIDTH)[:columns]


class Scores(CrossEncoder):
    """A cross-encoder of which document number i has logit i of the table, whatever the query."""

    def __init__(self, logits):
        nn.Module.__init__(self)
        self.table = nn.Parameter(torch.tensor(logits))

    num_labels = property(lambda self: self.table.shape[1] if self.table.dim() == 2 else 1)
    device = torch.device("cpu")

    def preprocess(self, pairs, **kwargs):
        return {"rows": torch.tensor([int(document) for _, document in pairs])}

    def forward(self, features, **kwargs):
        rows = self.table[features["rows"]]
        return {"scores": rows if rows.dim() == 2 else rows.unsqueeze(1)}


class Layers(Transformer):
    """Hidden states of one-word texts: row i of a table for each."""

    def __init__(self, states):
        nn.Module.__init__(self)
        self.states = nn.ParameterList(torch.tensor(state).reshape(-1, WIDTH) for state in states)
        self.model = nn.Module()
        self.model.config = SimpleNamespace(output_hidden_states=False)

    def forward(self, features, **kwargs):
        states = [state[features["input_ids"][:, 0]].unsqueeze(1) for state in self.states]
        features.update(token_embeddings=states[-1], all_layer_embeddings=states)
        return features


class Stack(SentenceTransformer):
    """A sentence encoder of the hidden states of Layers; pooling takes the one token."""

    device = torch.device("cpu")

    def __init__(self, states):
        nn.Module.__init__(self)
        self.first = Layers(states)

    def __getitem__(self, index):
        return self.first

    def get_embedding_dimension(self):
        return WIDTH

    def forward(self, features, **kwargs):
        features = self.first.forward(features)
        features["sentence_embedding"] = features["token_embeddings"][:, 0]
        return features


def rounded(values):
    return json.loads(json.dumps(torch.as_tensor(values).tolist()), parse_float=lambda text: float(f"{float(text):.9g}"))


def dense_case(name, make, columns, labels=None, parameters=None, by_guide=False, weights=None):
    model = Table(EMBEDDINGS)
    loss = make(model)
    if weights:
        for key, value in weights.items():
            loss.get_parameter(key).data = torch.tensor(value)
    targets = None if labels is None else torch.tensor(labels)
    if targets is not None and targets.dim() == 3:
        targets = targets.transpose(0, 1)  # by row, then by column
    value = loss(Table.features(columns), targets)
    if isinstance(value, dict):
        value = sum(value.values())
    value.backward()
    case = {"loss": name, "parameters": parameters or {}, "columns": columns}
    if labels is not None:
        case["labels"] = numpy.asarray(labels).tolist()
    if by_guide:
        case["labels"] = "guide"
    if weights:
        case["weights"] = {key: numpy.asarray(value).tolist() for key, value in weights.items()}
        case["weight_gradients"] = {key: rounded(loss.get_parameter(key).grad) for key in weights}
    case["value"] = rounded(value.detach())
    case["gradients"] = rounded(model.gradients(columns))
    return case


def layers_case(name, make, columns, labels, parameters):
    """All layers in every step; gradients by layer, then by column, the embedding tables first."""
    model = Stack([*LAYERS, EMBEDDINGS])
    value = make(model)(Table.features(columns), None if labels is None else torch.tensor(labels))
    value.backward()
    return {
        "loss": name,
        "parameters": {"n_layers_per_step": -1, **parameters},
        "columns": columns,
        "labels": labels,
        "value": rounded(value.detach()),
        "layer_gradients": [rounded(s.grad.reshape(-1, ROWS, WIDTH)[:columns]) for s in model.first.states],
    }


def twins_case(name, kind, columns, labels, parameters, **words):
    """The first column by the copy, the second by the model that is kept."""
    model = Table(EMBEDDINGS[1:2])
    loss = kind(model, **parameters, **{key: function for key, (function, _) in words.items()})
    parameters = {**parameters, **{"similarity": word for _, word in words.values()}}
    loss.model1.rows.data = torch.tensor(EMBEDDINGS[0])
    features = Table.features(1) * columns
    value = loss(features, None if labels is None else torch.tensor(labels))
    value.backward()
    case = {"loss": name, "parameters": parameters, "columns": 2, "value": rounded(value.detach())}
    if labels is not None:
        case["labels"] = labels
    if "logit_scale" in dict(loss.named_parameters()):
        case["weight_gradients"] = {"logit_scale": [rounded(loss.logit_scale.grad)]}
    case["gradients"] = rounded(torch.stack([loss.model1.rows.grad, model.rows.grad]))
    return case


def dense_cases():
    scores = [0.1, 0.9, 0.5, 0.5, 1.0]
    binary = [1, 0, 1, 0, 1]
    groups = [0, 1, 0, 1, 1]
    margins = drawn(ROWS, scale=1.5).tolist()
    teacher = drawn(ROWS, 3, scale=2).tolist()
    case = dense_case

    def plain(kind, columns, labels=None, **parameters):
        return case(kind.__name__, partial(kind, **parameters), columns, labels, parameters)

    def chosen(kind, columns, labels, setting, values, **parameters):
        """Parameters that are functions or constants there and words here."""
        for word, keywords in values.items():
            yield case(
                kind.__name__, partial(kind, **keywords, **parameters), columns, labels, {setting: word, **parameters}
            )

    yield plain(dense.CosineSimilarityLoss, 2, scores)
    yield plain(dense.CoSENTLoss, 2, scores)
    yield plain(dense.CoSENTLoss, 2, scores, scale=3)
    pairwise_dot = {"dot": {"similarity_fct": util.pairwise_dot_score}}
    yield from chosen(dense.CoSENTLoss, 2, scores, "similarity", pairwise_dot, scale=0.5)
    yield plain(dense.AnglELoss, 2, scores)
    for flags in ((True, True, False), (True, True, True), (False, True, True), (True, False, False)):
        names = ("concatenation_sent_rep", "concatenation_sent_difference", "concatenation_sent_multiplication")
        given = dict(zip(names, flags))
        inputs = WIDTH * (2 * flags[0] + flags[1] + flags[2])
        yield case(
            "SoftmaxLoss",
            lambda model: dense.SoftmaxLoss(model, WIDTH, 3, **given),
            2,
            [0, 1, 2, 2, 0],
            {"num_labels": 3, **given},
            weights={"classifier.weight": drawn(3, inputs, scale=0.3), "classifier.bias": drawn(3, scale=0.3)},
        )
    distances = {
        "cosine": {"distance_metric": dense.SiameseDistanceMetric.COSINE_DISTANCE},
        "euclidean": {"distance_metric": dense.SiameseDistanceMetric.EUCLIDEAN},
        "manhattan": {"distance_metric": dense.SiameseDistanceMetric.MANHATTAN},
    }
    for word, keywords in distances.items():
        margin = {"cosine": 0.5, "euclidean": 4, "manhattan": 8}[word]
        one = {word: keywords}
        yield from chosen(dense.ContrastiveLoss, 2, binary, "distance_metric", one, margin=margin)
        yield from chosen(dense.OnlineContrastiveLoss, 2, binary, "distance_metric", one, margin=margin)
    yield plain(dense.ContrastiveLoss, 2, binary, size_average=False)
    both_ways = {"directions": ["query_to_doc", "doc_to_query"], "partition_mode": "per_direction"}
    all_ways = {"directions": ["query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc"]}
    for kind, extra in (
        (dense.MultipleNegativesRankingLoss, {}),
        (dense.CachedMultipleNegativesRankingLoss, {"mini_batch_size": 2}),
    ):
        for columns in (2, 3, 4):
            yield plain(kind, columns, **extra)
        yield plain(kind, 4, **both_ways, **extra)
        yield plain(kind, 4, **all_ways, scale=10, **extra)
        for mode in ("in_batch_negatives", "hard_negatives", "all_negatives"):
            yield plain(kind, 4, hardness_mode=mode, hardness_strength=4.0, **extra)
        yield from chosen(kind, 3, None, "similarity", {"dot": {"similarity_fct": util.dot_score}}, scale=1, **extra)
    for kind, extra in (
        (dense.MultipleNegativesSymmetricRankingLoss, {}),
        (dense.CachedMultipleNegativesSymmetricRankingLoss, {"mini_batch_size": 2}),
    ):
        yield plain(kind, 2, **extra)
        yield plain(kind, 4, scale=5, **extra)
        yield from chosen(kind, 3, None, "similarity", {"dot": {"similarity_fct": util.dot_score}}, scale=1, **extra)
    for kind, extra in ((dense.GISTEmbedLoss, {}), (dense.CachedGISTEmbedLoss, {"mini_batch_size": 2})):
        for columns, parameters in (
            (2, {}),
            (3, {"temperature": 0.1}),
            (3, {"temperature": 0.1, "margin_strategy": "relative", "margin": 0.1}),
            (3, {"temperature": 0.2, "margin": 0.2, "contrast_anchors": False, "contrast_positives": False}),
        ):
            parameters = {**parameters, **extra}
            make = partial(kind, guide=Table(GUIDE), **parameters)
            yield case(kind.__name__, make, columns, None, parameters, by_guide=True)
    for size in (2, 50):
        yield plain(dense.MegaBatchMarginLoss, 2, mini_batch_size=size)
    yield plain(dense.MegaBatchMarginLoss, 2, positive_margin=0.9, negative_margin=0.1, mini_batch_size=3)
    distances = {
        "cosine": {"distance_metric": dense.TripletDistanceMetric.COSINE},
        "euclidean": {"distance_metric": dense.TripletDistanceMetric.EUCLIDEAN},
        "manhattan": {"distance_metric": dense.TripletDistanceMetric.MANHATTAN},
    }
    for word, keywords in distances.items():
        margin = {"cosine": 0.5, "euclidean": 5, "manhattan": 2}[word]
        yield from chosen(dense.TripletLoss, 3, None, "distance_metric", {word: keywords}, triplet_margin=margin)
    similarities = {"dot": {}, "cosine": {"similarity_fct": util.pairwise_cos_sim}}
    yield from chosen(dense.MarginMSELoss, 3, margins, "similarity", similarities)
    yield from chosen(dense.MarginMSELoss, 4, teacher, "similarity", similarities)
    yield from chosen(dense.DistillKLDivLoss, 4, teacher, "similarity", similarities)
    yield plain(dense.DistillKLDivLoss, 4, teacher, temperature=2.5)
    yield plain(dense.DistillKLDivLoss, 3, [row[:2] for row in teacher], student_temperature=2.0, teacher_temperature=0.5)
    yield plain(dense.DistillKLDivLoss, 4, teacher, temperature=3.0, student_temperature=1.5)
    distance = dense.BatchHardTripletLossDistanceFunction
    distances = {
        "euclidean": {"distance_metric": distance.euclidean_distance},
        "cosine": {"distance_metric": distance.cosine_distance},
    }
    for word, keywords in distances.items():
        one = {word: keywords}
        for kind in (dense.BatchHardTripletLoss, dense.BatchSemiHardTripletLoss, dense.BatchAllTripletLoss):
            for margin in (5, 0.5):
                yield from chosen(kind, 1, groups, "distance_metric", one, margin=margin)
        yield from chosen(dense.BatchHardSoftMarginTripletLoss, 1, groups, "distance_metric", one)
    same_width = GUIDE[1].tolist()
    by_column = GUIDE[:2].tolist()
    projection = {"projection.weight": drawn(9, WIDTH, scale=0.3), "projection.bias": drawn(9, scale=0.3)}
    yield plain(dense.MSELoss, 1, same_width)
    yield plain(dense.MSELoss, 2, same_width)
    yield plain(dense.MSELoss, 2, by_column)
    yield case(
        "MSELoss", partial(dense.MSELoss, projection_dim=9), 2, WIDE_TEACHER, {"projection_dim": 9}, weights=projection
    )
    for metric in ("cosine", "l2", "mse"):
        yield plain(dense.EmbedDistillLoss, 1, same_width, distance_metric=metric)
        yield plain(dense.EmbedDistillLoss, 2, by_column, distance_metric=metric)
        yield case(
            "EmbedDistillLoss",
            partial(dense.EmbedDistillLoss, distance_metric=metric, projection_dim=9),
            2,
            WIDE_TEACHER,
            {"distance_metric": metric, "projection_dim": 9},
            weights=projection,
        )
    yield plain(dense.GlobalOrthogonalRegularizationLoss, 1)
    yield plain(dense.GlobalOrthogonalRegularizationLoss, 3)
    yield plain(dense.GlobalOrthogonalRegularizationLoss, 3, mean_weight=0.5, second_moment_weight=2, aggregation="sum")
    yield plain(dense.GlobalOrthogonalRegularizationLoss, 2, mean_weight=0)
    yield from chosen(
        dense.GlobalOrthogonalRegularizationLoss, 2, None, "similarity", {"dot": {"similarity_fct": util.dot_score}}
    )
    yield twins_case("ContrastiveTensionLoss", dense.ContrastiveTensionLoss, 2, [1, 0, 0, 1, 0], {})
    yield twins_case(
        "ContrastiveTensionLossInBatchNegatives", dense.ContrastiveTensionLossInBatchNegatives, 1, None, {"scale": 12.0}
    )
    yield twins_case(
        "ContrastiveTensionLossInBatchNegatives",
        dense.ContrastiveTensionLossInBatchNegatives,
        1,
        None,
        {"scale": 0.5},
        similarity_fct=(util.dot_score, "dot"),
    )
    for inner, columns, labels, extra in (
        (dense.MultipleNegativesRankingLoss, 3, None, {}),
        (dense.CachedMultipleNegativesRankingLoss, 2, None, {"mini_batch_size": 2}),
        (dense.CoSENTLoss, 2, scores, {}),
        (dense.MSELoss, 1, same_width, {}),
    ):
        for given in ({"matryoshka_dims": [6, 4, 2]}, {"matryoshka_dims": [2, 5], "matryoshka_weights": [0.25, 1.5]}):
            yield case(
                "MatryoshkaLoss",
                lambda model: dense.MatryoshkaLoss(model, inner(model, **extra), **given),
                columns,
                labels,
                {"loss": inner.__name__, **given, **extra},
            )

    for inner, columns, labels, extra in (
        (dense.MultipleNegativesRankingLoss, 3, None, {}),
        (dense.CoSENTLoss, 2, scores, {}),
        (dense.CosineSimilarityLoss, 2, scores, {"kl_temperature": 0.0}),
        (dense.MultipleNegativesRankingLoss, 2, None, {"layer_weighting": "log", "kl_div_weight": 0.5, "kl_temperature": 2.0}),
        (
            dense.CoSENTLoss,
            2,
            scores,
            {"layer_weighting": "linear", "last_layer_weight": 0.25, "prior_layers_weight": 3.0},
        ),
    ):
        yield layers_case(
            "AdaptiveLayerLoss",
            lambda model: dense.AdaptiveLayerLoss(model, inner(model), n_layers_per_step=-1, **extra),
            columns,
            labels,
            {"loss": inner.__name__, **extra},
        )
        widths = {"matryoshka_dims": [6, 3], "matryoshka_weights": [1.0, 0.5], "n_dims_per_step": -1}
        yield layers_case(
            "Matryoshka2dLoss",
            lambda model: dense.Matryoshka2dLoss(model, inner(model), n_layers_per_step=-1, **widths, **extra),
            columns,
            labels,
            {"loss": inner.__name__, **widths, **extra},
        )


def words(parameters):
    functions = {"identity": nn.Identity(), "sigmoid": nn.Sigmoid(), "none": None}
    schemes = {
        "none": cross.NoWeightingScheme(),
        "ndcg_loss1": cross.NDCGLoss1Scheme(),
        "ndcg_loss2": cross.NDCGLoss2Scheme(),
        "lambda_rank": cross.LambdaRankScheme(),
        "ndcg_loss2pp": cross.NDCGLoss2PPScheme(parameters.get("mu", 10.0)),
    }
    given = {}
    if "activation_fn" in parameters:
        given["activation_fn"] = functions[parameters["activation_fn"]]
    if "weighting_scheme" in parameters:
        given["weighting_scheme"] = schemes[parameters["weighting_scheme"]]
    if "pos_weight" in parameters:
        given["pos_weight"] = torch.tensor(parameters["pos_weight"])
    if "lambda_weight" in parameters:
        given["lambda_weight"] = {"position": cross.PListMLELambdaWeight(), "none": None}[parameters["lambda_weight"]]
    return given


def cross_cases():
    pairs = [[f"q{i}" for i in range(ROWS)], [str(i) for i in range(ROWS)]]

    def by_columns(kind, columns, labels, **parameters):
        model = Scores(LOGITS.reshape(-1))
        loss = kind(model, **{**parameters, **words(parameters)})
        documents = [[str(column * ROWS + row) for row in range(ROWS)] for column in range(columns)]
        value = loss([pairs[0]] + documents, None if labels is None else torch.tensor(labels))
        value.backward()
        case = {"loss": kind.__name__, "parameters": parameters, "columns": columns, "labels": labels}
        case["value"] = rounded(value.detach())
        case["gradients"] = rounded(model.table.grad.reshape(-1, ROWS)[:columns])
        return case

    yield by_columns(cross.BinaryCrossEntropyLoss, 1, [1.0, 0.0, 0.3, 0.75, 0.0])
    yield by_columns(cross.BinaryCrossEntropyLoss, 1, [1.0, 0.0, 0.3, 0.75, 0.0], pos_weight=4.0)
    yield by_columns(
        cross.BinaryCrossEntropyLoss, 1, [1.0, 0.0, 0.3, 0.75, 0.0], pos_weight=0.5, activation_fn="sigmoid"
    )
    yield by_columns(cross.MSELoss, 1, [1.5, -2.0, 0.3, 0.75, 0.0])
    yield by_columns(cross.MSELoss, 1, [1.0, 0.2, 0.3, 0.75, 0.0], activation_fn="sigmoid")
    yield by_columns(cross.MarginMSELoss, 2, [1.0, 0.2, -0.3, 0.75, 0.0])
    teacher = drawn(ROWS, 3).tolist()
    yield by_columns(cross.MarginMSELoss, 3, teacher)
    yield by_columns(cross.MarginMSELoss, 3, teacher, activation_fn="sigmoid")
    classes = drawn(ROWS, 3)
    for parameters in ({}, {"activation_fn": "sigmoid"}):
        model = Scores(classes)
        value = cross.CrossEntropyLoss(model, **words(parameters))(pairs, torch.tensor([0, 2, 1, 1, 0]))
        value.backward()
        yield {
            "loss": "CrossEntropyLoss",
            "parameters": parameters,
            "logits": classes.tolist(),
            "labels": [0, 2, 1, 1, 0],
            "value": rounded(value.detach()),
            "gradients": [rounded(model.table.grad)],
        }
    # One pair has no other row to draw from, so that only the hard negatives count.
    for kind, extra in (
        (cross.MultipleNegativesRankingLoss, {}),
        (cross.CachedMultipleNegativesRankingLoss, {"mini_batch_size": 2}),
    ):
        for parameters in ({}, {"scale": 3.0, "activation_fn": "identity"}):
            parameters = {**parameters, **extra}
            model = Scores(LOGITS[:, 0])
            value = kind(model, **{**parameters, **words(parameters)})([["q"], ["0"], ["1"], ["2"], ["3"]], None)
            value.backward()
            yield {
                "loss": kind.__name__,
                "parameters": parameters,
                "columns": COLUMNS,
                "rows": 1,
                "value": rounded(value.detach()),
                "gradients": [rounded(model.table.grad[i : i + 1]) for i in range(COLUMNS)],
            }
    sizes = [4, 1, 6, 2, 3]
    graded = [3, 0, 1, 2, 1, 0, 0, 2, 2, 1, 3, 0, 1, 0.5, 1.5, 1]
    logits = drawn(sum(sizes), scale=1.5)

    def by_lists(kind, labels, **parameters):
        model = Scores(logits)
        loss = kind(model, **{**{k: v for k, v in parameters.items() if k != "mu"}, **words(parameters)})
        starts = numpy.cumsum([0] + sizes)
        documents = [[str(i) for i in range(a, b)] for a, b in zip(starts, starts[1:])]
        targets = [torch.tensor([float(x) for x in labels[a:b]]) for a, b in zip(starts, starts[1:])]
        value = loss([pairs[0], documents], targets)
        value.backward()
        return {
            "loss": kind.__name__,
            "parameters": parameters,
            "lists": sizes,
            "logits": logits.tolist(),
            "labels": labels,
            "value": rounded(value.detach()),
            "gradients": [rounded(model.table.grad)],
        }

    for kind in (cross.LambdaLoss, cross.ListNetLoss, cross.ListMLELoss, cross.PListMLELoss, cross.RankNetLoss, cross.ADRMSELoss):
        yield by_lists(kind, graded)
        yield by_lists(kind, graded, activation_fn="sigmoid")
        yield by_lists(kind, graded, mini_batch_size=3)
    for scheme in ("none", "ndcg_loss1", "ndcg_loss2", "lambda_rank", "ndcg_loss2pp"):
        yield by_lists(cross.LambdaLoss, graded, weighting_scheme=scheme)
        yield by_lists(cross.LambdaLoss, graded, weighting_scheme=scheme, k=3, sigma=2.0, reduction_log="natural")
    yield by_lists(cross.LambdaLoss, graded, weighting_scheme="ndcg_loss2pp", mu=3.0)
    yield by_lists(cross.LambdaLoss, graded, k=2, eps=0.1)
    yield by_lists(cross.RankNetLoss, graded, k=2, sigma=0.5, reduction_log="natural", eps=1e-5)
    yield by_lists(cross.ADRMSELoss, graded, alpha=3.0)
    for kind in (cross.ListMLELoss, cross.PListMLELoss):
        yield by_lists(kind, graded, respect_input_order=False)
    yield by_lists(cross.PListMLELoss, graded, lambda_weight="none")


def main(path):
    golden = {
        "generator": "src/test/python/loss_golden.py, sentence-transformers %s, transformers %s, torch %s, numpy %s, Python %s"
        % (
            sentence_transformers.__version__,
            transformers.__version__,
            torch.__version__,
            numpy.__version__,
            platform.python_version(),
        ),
        "embeddings": EMBEDDINGS.tolist(),
        "guide": GUIDE.tolist(),
        "layers": LAYERS.tolist(),
        "logits": LOGITS.tolist(),
        "dense": list(dense_cases()),
        "cross": list(cross_cases()),
    }
    with open(path, "w", encoding="utf-8") as file:
        # one case a line
        lines = []
        for key, value in golden.items():
            if key in ("dense", "cross"):
                cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in value)
                lines.append(f'"{key}": [\n{cases}]')
            else:
                lines.append(f'"{key}": {json.dumps(value, separators=(",", ":"))}')
        file.write("{" + ",\n".join(lines) + "}\n")


if __name__ == "__main__":
    main(sys.argv[1])
