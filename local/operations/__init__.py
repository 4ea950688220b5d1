"""What is done to a deployed stack, with the AWS credentials of whoever types the command.

One module an operation. Each looks at AWS before it changes anything, says what it will do, and is
safe to repeat.
"""
