"""Checks the files in conf/ that other platforms read against the schemas that these platforms publish.

    pip install jsonschema pyyaml botocore
    python src/test/python/deployment_schemas.py BUNDLE_SCHEMA APPLICATION_CRD

BUNDLE_SCHEMA is what `databricks bundle schema` prints (bundle/schema/jsonschema.json of databricks/cli),
APPLICATION_CRD is sparkoperator.k8s.io_sparkapplications.yaml of kubeflow/spark-operator; the requests of EMR and EMR
Serverless are checked by the service models within botocore. Fields that a schema does not name are mistakes too.
"""

import json
import sys
from pathlib import Path

import botocore.session
import jsonschema
import yaml
from botocore.validate import ParamValidator

CONF = Path(__file__).resolve().parents[3] / "conf"
CLASSES = {r"[\p{L}\p{N}]": r"[^\W_]", r"\p{L}": r"[^\W\d_]"}  # Python's re does not know \p


def each(node, change):
    """Applies change to every object of a JSON tree."""
    if isinstance(node, dict):
        change(node)
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        each(child, change)


def readable_patterns(schema):
    if isinstance(schema.get("pattern"), str):
        for unknown, known in CLASSES.items():
            schema["pattern"] = schema["pattern"].replace(unknown, known)


def closed(schema):
    """Kubernetes drops fields that the definition does not name; here they are errors."""
    if isinstance(schema.get("properties"), dict) and "x-kubernetes-preserve-unknown-fields" not in schema:
        schema.setdefault("additionalProperties", False)


def deepest(error):
    return max((deepest(cause) for cause in error.context), key=lambda e: len(e.absolute_path), default=error)


def messages(schema, document):
    validator = jsonschema.validators.validator_for(schema)(schema)
    for error in map(deepest, validator.iter_errors(document)):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"


def databricks(schema_file):
    schema = json.loads(Path(schema_file).read_text())
    each(schema, readable_patterns)
    return messages(schema, yaml.safe_load((CONF / "databricks/databricks.yml").read_text()))


def spark_application(crd_file):
    application = yaml.safe_load((CONF / "docker/spark-application.yaml").read_text())
    version = application["apiVersion"].split("/")[1]
    crd = yaml.safe_load(Path(crd_file).read_text())
    schema = next(v for v in crd["spec"]["versions"] if v["name"] == version)["schema"]["openAPIV3Schema"]
    each(schema, closed)
    schema["properties"]["metadata"] = {"type": "object"}  # Kubernetes' own, not described there
    return messages(schema, application)


def unknown_fields(shape, value, path=""):
    if shape.type_name == "structure":
        for key, member in value.items():
            if key in shape.members:
                yield from unknown_fields(shape.members[key], member, f"{path}/{key}")
            else:
                yield f"{path}/{key}: unknown field"
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from unknown_fields(shape.member, member, f"{path}/{index}")


def request(service, operation, parameters):
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(parameters, shape).generate_report()
    return [*report.splitlines(), *unknown_fields(shape, parameters)]


def emr_serverless():
    parameters = json.loads((CONF / "emr/serverless-job-run.json").read_text())
    return request("emr-serverless", "StartJobRun", {"clientToken": "filled in by the client", **parameters})


def emr_steps():
    """`aws emr add-steps --steps file://` takes these five keys and sends the last two as HadoopJarStep."""
    steps = [
        {
            "Name": step.pop("Name"),
            "ActionOnFailure": step.pop("ActionOnFailure"),
            "HadoopJarStep": {"Jar": step.pop("Jar"), "Args": step.pop("Args")},
            **{key: value for key, value in step.items() if key != "Type"},
        }
        for step in json.loads((CONF / "emr/steps.json").read_text())
    ]
    return request("emr", "AddJobFlowSteps", {"JobFlowId": "j-1", "Steps": steps})


def main(bundle_schema, application_crd):
    found = {
        "databricks/databricks.yml": databricks(bundle_schema),
        "docker/spark-application.yaml": spark_application(application_crd),
        "emr/serverless-job-run.json": emr_serverless(),
        "emr/steps.json": emr_steps(),
    }
    wrong = False
    for name, errors in found.items():
        errors = list(errors)
        wrong |= bool(errors)
        print(f"{name}: {'valid' if not errors else ''}")
        for error in errors:
            print(f"  {error}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
