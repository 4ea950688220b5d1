"""What each member is due, worked out from the specification alone, slowly and from scratch.

No rule is imported from the product: fractions and lists here, so that a fault of the engine is no
fault of the judge. The anchors are those of `docs/specification.md`.
"""
