"""Speed and accuracy beside the peers, in one run. `make bench` runs them all; `python -m benchmarks NAME...` some."""
