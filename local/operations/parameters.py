"""Changes parameters of a stack and keeps its template."""

from collections.abc import Mapping

from local.operations.deployed_stack import CannotOperate, DeployedStack, client

POLL_SECONDS, MOST_POLLS = 2, 1800
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


def set_parameters(stack: DeployedStack, values: Mapping[str, str], change_set: str) -> bool:
    """Deploys the stack's present template with new values for these parameters; the others keep
    their values.

    Returns whether anything had to change. If the deployment fails, CloudFormation rolls it back
    and a botocore `WaiterError` is raised.
    """
    if values.items() <= stack.parameters.items():
        return False
    cloudformation = client("cloudformation")
    cloudformation.create_change_set(
        StackName=stack.name,
        ChangeSetName=change_set,
        UsePreviousTemplate=True,
        Capabilities=CAPABILITIES,
        Parameters=[_parameter(name, values) for name in stack.parameters],
    )
    polls = {"Delay": POLL_SECONDS, "MaxAttempts": MOST_POLLS}
    names = {"StackName": stack.name, "ChangeSetName": change_set}
    cloudformation.get_waiter("change_set_create_complete").wait(**names, WaiterConfig=polls)
    cloudformation.execute_change_set(**names)
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName=stack.name, WaiterConfig=polls
    )
    return True


def check_stable(stack: DeployedStack) -> None:
    """Raises `CannotOperate` if a deployment of the stack is running or has failed."""
    (described,) = client("cloudformation").describe_stacks(StackName=stack.name)["Stacks"]
    status = described["StackStatus"]
    if not status.endswith("_COMPLETE"):
        raise CannotOperate(
            f"stack {stack.name} is {status}; wait until that has finished or fix the stack, "
            "then try again"
        )


def _parameter(name: str, values: Mapping[str, str]) -> dict[str, object]:
    if name in values:
        return {"ParameterKey": name, "ParameterValue": values[name]}
    return {"ParameterKey": name, "UsePreviousValue": True}
