"""The map of China in `seeds/codelists`, made from a list of every code since 1981. Run as `python -m proofs.areas`."""
