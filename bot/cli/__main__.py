"""`python -m bot.cli`: the same as `dyzurny`, for an environment whose scripts are not on the PATH."""

from bot.cli import main

main()
