"""What every page rests on: forms, lists, assets, errors."""
