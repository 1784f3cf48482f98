import atexit
import gc

from portal import create_app

app = create_app()

# What is loaded by now stays: to look through it again and again for what could go would stop everybody for a while.
gc.collect()
gc.freeze()
# At the end it goes like all else, and closes what it had opened.
atexit.register(gc.unfreeze)
