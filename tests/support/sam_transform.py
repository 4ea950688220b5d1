"""Prints the CloudFormation that AWS makes of a template.

Arguments: the template, the address of its packed layers, and parameters (`Name=value`). It runs in
the environment that has aws-sam-cli.
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
        if "Layer" in resource["Type"]:
            resource["Properties"]["ContentUri"] = sys.argv[2]
        else:
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
template["Globals"]["Function"].pop("CodeUri")
defaults = {
    name: declared["Default"].split(",")
    if declared["Type"] == "CommaDelimitedList"
    else declared["Default"]
    for name, declared in template["Parameters"].items()
}
given = dict(argument.split("=", 1) for argument in sys.argv[3:])
values = {**defaults, **given, "AWS::Region": "us-east-1"}
print(json.dumps(Translator({}, Parser()).translate(template, values)))
