from pathlib import Path

import pytest

from local.cloud.resource_reader import read_resources
from local.cloud.template import TemplateError, read_template

HEAD = """
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Url: {Type: String, Default: https://x.example}
Conditions:
  Never: !Equals [!Ref Url, ""]
Resources:
"""


def read_resources_text(tmp_path: Path, resources: str):
    path = tmp_path / "template.yaml"
    path.write_text(HEAD + resources)
    return read_template(path)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Ref Names", ["a", "b"]),
        ("!Ref Things", "grapevine-Things"),
        ("!GetAtt Things.Arn", "arn:aws:sqs:us-east-1:000000000000:grapevine-Things"),
        (
            '!Sub "${AWS::StackName}:${Things.QueueName}:${!kept}"',
            "grapevine:grapevine-Things:${kept}",
        ),
        ('!Sub ["${here}/${Url}", {here: !Ref AWS::Region}]', "us-east-1/https://x.example"),
        ("!If [Never, 1, 2]", 2),
        ("{kept: 1, dropped: !If [Never, 1, !Ref AWS::NoValue]}", {"kept": 1}),
        ('!Join ["-", [x, !Ref AWS::AccountId]]', "x-000000000000"),
        ('!Select [1, !Split [":", "a:b"]]', "b"),
    ],
)
def test_intrinsic_functions_mean_what_they_mean_on_aws(
    tmp_path: Path, expression: str, expected: object
):
    template = read_resources_text(
        tmp_path,
        "  Things: {Type: AWS::SQS::Queue}\n"
        f"  X: {{Type: AWS::SNS::Topic, Properties: {{Value: {expression}}}}}",
    )
    assert template.properties("X")["Value"] == expected


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ("  Disk: {Type: AWS::EC2::Volume}", "Disk is a AWS::EC2::Volume"),
        ("  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: !Cidr [1]}}", "Fn::Cidr"),
        ("  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nothing}}", "Nothing"),
        (
            "  F: {Type: AWS::Serverless::Function,"
            " Properties: {Handler: x.y, Events: {E: {Type: S3, Properties: {}}}}}",
            "event of type S3",
        ),
        (
            "  R: {Type: AWS::Events::Rule,"
            " Properties: {EventPattern: {source: [{wildcard: x*}]}, Targets: []}}",
            "wildcard",
        ),
        (
            "  R: {Type: AWS::Events::Rule,"
            " Properties: {EventPattern: {source: [x]}, Targets: [{Id: t, Arn: arn:x}]}}",
            "arn:x",
        ),
    ],
)
def test_what_the_local_cloud_cannot_play_is_refused_by_name(
    tmp_path: Path, resources: str, message: str
):
    with pytest.raises(TemplateError, match=message):
        read_resources(read_resources_text(tmp_path, resources))


def test_a_template_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(TemplateError, match="no-such"):
        read_template(tmp_path / "no-such.yaml")
