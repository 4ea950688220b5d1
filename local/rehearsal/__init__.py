"""`make rehearse`: deploys a build to an empty cloud on this machine and runs scenes on it, as a
test before AWS.
"""
