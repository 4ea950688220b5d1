"""Prints the CloudFormation that AWS makes of template.yaml.

It runs in the environment that has aws-sam-cli.
"""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

with open(sys.argv[1]) as file:
    template = yaml_parse(file.read())
for resource in template["Resources"].values():
    if resource["Type"] in ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion"):
        resource["Properties"].pop("ContentUri", None)
        resource["Properties"].pop("CodeUri", None)
        resource["Properties"]["ContentUri" if "Layer" in resource["Type"] else "CodeUri"] = (
            "s3://bucket/key"
        )
template["Globals"]["Function"].pop("CodeUri")
defaults = {
    name: declared["Default"].split(",")
    if declared["Type"] == "CommaDelimitedList"
    else declared["Default"]
    for name, declared in template["Parameters"].items()
}
print(
    json.dumps(
        Translator({}, Parser()).translate(template, {**defaults, "AWS::Region": "us-east-1"})
    )
)
