"""Fits linear models and gives them as the bytes that `grading.model` reads, always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grading.model import pack

_LARGEST = 127
# How much of what a bucket is worth is its own ratio; the rest is the mean of all.
_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a table is fitted."""

    bits: int
    penalty: float
    """C of the support vector machine: larger fits closer."""
    balanced: bool
    """Rare labels count as much as common ones."""
    least: int = 1
    """A piece that fewer texts have has no weight."""
    faintest: int = 1
    """A weight this small, of 127, is left out: it says next to nothing, and files stay small."""
    step: float = 0.0
    """Weights are as many steps of this share apart, instead of equally far: files stay small."""
    by_ratio: bool = False
    """A piece is worth what it tells apart (Wang and Manning 2012), instead of how rare it is."""


def fit(
    texts: Sequence[Sequence[int]], labels: Mapping[str, Sequence[bool]], recipe: Recipe
) -> bytes:
    """Return the weights of one head per label, for texts given as buckets."""
    counts = _counts(texts, recipe.bits)
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero(seen >= recipe.least)
    rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
    common = None if recipe.by_ratio else _unit(counts, rarity, kept)
    heads = []
    for name in labels:
        wanted = np.array(labels[name], dtype=bool)
        rows, factors = common or _unit(counts, _telling(counts, wanted), kept)
        weights, bias = _head(rows, wanted, recipe)
        heads.append((weights * factors, bias))
    weights = np.stack([head[0] for head in heads])
    scales = np.abs(weights).max(axis=1) / _LARGEST
    scales[scales == 0] = 1.0
    whole = coarse(np.rint(weights / scales[:, None]).astype(np.int16), recipe)
    # A row that says nothing to any head need not be kept.
    telling = np.flatnonzero(np.any(whole, axis=0))
    said = {
        "bits": recipe.bits,
        "heads": list(labels),
        # Rounded: the last digits differ between builds of the fitting library.
        "scales": [round(float(one), 9) for one in scales],
        "biases": [round(float(head[1]), 6) for head in heads],
    }
    rows_of_bytes: bytes = (whole[:, telling] + 128).astype(np.uint8).T.tobytes()
    return pack(said, kept[telling].tolist(), rows_of_bytes)


def coarse(whole: Any, recipe: Recipe) -> Any:
    """Return weights without the faintest, each on the nearest step."""
    sizes = np.abs(whole)
    steps = [recipe.faintest + 1]
    while (following := max(steps[-1] + 1, round(steps[-1] * (1 + recipe.step)))) <= _LARGEST:
        steps.append(following)
    levels = np.array(steps, dtype=np.int16)
    nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, sizes)
    said: Any = np.where(sizes <= recipe.faintest, 0, np.sign(whole) * levels[nearest])
    return said.astype(np.int16)


def _counts(texts: Sequence[Sequence[int]], bits: int) -> Any:
    """Return how often each text has each bucket."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 (as the fitting library: seconds to load)

    pointers = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    places = np.fromiter((one for text in texts for one in text), dtype=np.int32)
    counts = csr_matrix(
        (np.ones(len(places)), places, pointers), shape=(len(texts), 1 << bits), dtype=np.float64
    )
    counts.sum_duplicates()
    return counts


def _telling(counts: Any, wanted: Any) -> Any:
    """Return how well each bucket tells wanted texts from others, drawn towards the mean."""
    if wanted.all() or not wanted.any():
        return np.ones(counts.shape[1])
    having = counts.sign()
    ratios = []
    for part in (having[wanted], having[~wanted]):
        times = 1 + np.asarray(part.sum(axis=0)).ravel()
        ratios.append(times / times.sum())
    ratio = np.abs(np.log(ratios[0] / ratios[1]))
    worth: Any = _SHARE * ratio + (1 - _SHARE) * ratio.mean()
    return worth


def _unit(counts: Any, worth: Any, kept: Any) -> tuple[Any, Any]:
    """Return unit rows of what pieces are worth, and what their weights are multiplied with in use.

    What is not kept counts in the length of a row, as it does in use.
    """
    from scipy.sparse import diags  # noqa: PLC0415

    rows = (counts @ diags(worth)).tocsr()
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    # In use a text is divided by the root of its number of pieces, which needs no worth: the mean
    # ratio of the two lengths keeps the margins where they were.
    roots = np.sqrt(np.maximum(1, np.asarray(counts.sum(axis=1)).ravel()))
    return (diags(1 / lengths) @ rows)[:, kept], worth[kept] * float(np.mean(roots / lengths))


def _head(rows: Any, wanted: Any, recipe: Recipe) -> tuple[Any, float]:
    if wanted.all() or not wanted.any():
        return np.zeros(rows.shape[1]), -1.0
    from sklearn.svm import LinearSVC  # noqa: PLC0415 (seconds to load; tests only read a Recipe)

    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=0,
        tol=1e-4,
        max_iter=2000,
    )
    machine.fit(rows, wanted.astype(np.int8))
    return machine.coef_[0], float(machine.intercept_[0])
