import atexit
import gc
import sys

import click

from portal.app import create_app

try:
    app = create_app()
except click.ClickException as refused:  # whichever server loads this would show where in the code it came up
    sys.exit(f"Error: {refused.message}")

# What is loaded by now stays: to look through it again and again for what could go would stop everybody for a while.
gc.collect()
gc.freeze()
# At the end it goes like all else, and closes what it had opened.
atexit.register(gc.unfreeze)
