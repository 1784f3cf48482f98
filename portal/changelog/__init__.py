"""What shipped: releases, written, published and told."""
