"""What other tools export, read as the neutral records that `flask import` takes."""
