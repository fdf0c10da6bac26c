"""Fits linear models and gives them as the bytes that `grading.model` reads, always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grading.model import pack

_LARGEST = 127
# A weight this small is left out: it says next to nothing, and files stay small.
_FAINTEST = 1


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


def fit(
    texts: Sequence[Sequence[int]], labels: Mapping[str, Sequence[bool]], recipe: Recipe
) -> bytes:
    """Return the weights of one head per label, for texts given as buckets."""
    rows, factors, kept = _matrix(texts, recipe)
    heads = [_head(rows, labels[name], recipe) for name in labels]
    weights = np.stack([head[0] * factors for head in heads])
    scales = np.abs(weights).max(axis=1) / _LARGEST
    scales[scales == 0] = 1.0
    whole = np.rint(weights / scales[:, None]).astype(np.int16)
    whole[np.abs(whole) <= _FAINTEST] = 0
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


def _matrix(texts: Sequence[Sequence[int]], recipe: Recipe) -> tuple[Any, Any, Any]:
    """Return unit rows of tf-idf, what their weights are multiplied with in use, and the buckets.

    What too few texts have counts in the length of a row, as it does in use, and is left out then.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 (as the fitting library: seconds to load)

    pointers = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    places = np.fromiter((one for text in texts for one in text), dtype=np.int32)
    size = 1 << recipe.bits
    counts = csr_matrix(
        (np.ones(len(places)), places, pointers), shape=(len(texts), size), dtype=np.float64
    )
    counts.sum_duplicates()
    seen = np.bincount(counts.indices, minlength=size)
    idf = np.log((1 + len(texts)) / (1 + seen)) + 1
    rows = counts.multiply(idf).tocsr()
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    every = range(len(texts))
    rows = csr_matrix((1 / lengths, (every, every))) @ rows
    # In use a text is divided by the root of its number of pieces, which needs no idf: the mean
    # ratio of the two lengths keeps the margins where they were.
    roots = np.sqrt(np.array([max(1, len(text)) for text in texts]))
    kept = np.flatnonzero(seen >= recipe.least)
    return rows[:, kept], idf[kept] * float(np.mean(roots / lengths)), kept


def _head(rows: Any, wanted: Sequence[bool], recipe: Recipe) -> tuple[Any, float]:
    if len(set(wanted)) < 2:
        return np.zeros(rows.shape[1]), -1.0
    from sklearn.svm import LinearSVC  # noqa: PLC0415 (seconds to load; tests only read a Recipe)

    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=0,
        tol=1e-4,
        max_iter=2000,
    )
    machine.fit(rows, np.array(wanted, dtype=np.int8))
    return machine.coef_[0], float(machine.intercept_[0])
