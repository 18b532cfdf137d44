"""`python -m commsvc` is `commsvc`."""

from commsvc.cli import main

main()
