"""Operations on a deployed stack, with the AWS credentials of the person who runs the command.

Each operation is a module. It reads the state of AWS before it changes anything, prints what it
does, and is safe to repeat.
"""
