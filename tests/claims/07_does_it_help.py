# %% the numbers of the text are those of the rows
whole = gains["denoising minus deep network from scratch"]
assert round(100 * whole.mean, 1) == 9.5
assert 0.5 < left < 0.6
assert gains["denoising minus logistic regression"].low > 0

# %% a plain autoencoder gains nothing over logistic regression that five draws can tell
plain = gains["plain minus logistic regression"]
assert plain.low < 0 < plain.high
assert gains["plain minus deep network from scratch"].low > 0

# %% labels that spread over pixels are the best of the five uses, and have 95.6 %
accuracies = {step: np.mean([row["accuracy"] for row in part]) for step, part in uses.items()}
assert max(accuracies, key=accuracies.get) == "pixels, spread" == winner
assert round(100 * accuracies["pixels, spread"], 1) == 95.6
assert accuracies["wide code, linear"] > np.mean([row["accuracy"] for row in best])

# %% unlabeled images make most of what separates the two networks
accuracy = {"alone": np.mean(before == y_test), "both": np.mean(after == y_test)}
assert accuracy["alone"] < 0.87
assert accuracy["both"] > 0.925
assert accuracy["both"] - accuracy["alone"] > 0.08

# %% on digits the gain shrinks from 100 labels on and is gone with all; on clothes it is small
digits = [
    results.difference(rows("denoising, small rate", n), rows("deep network", n)) for n in n_labels
]
assert np.all(np.diff([part.mean for part in digits[1:]]) < 0)
assert digits[-1].high < 0
at_the_end = [
    np.mean([r["accuracy"] for r in rows(w, 60_000)]) for w in ways if w != "random, frozen"
]
assert max(at_the_end) - min(at_the_end) < 0.01
for n in n_labels:
    small = np.mean([row["accuracy"] for row in rows("small network", n, "fashion_mnist")])
    clothes = [rows(way, n, "fashion_mnist") for way in pretrained]
    assert max(np.mean([row["accuracy"] for row in part]) for part in clothes) < small + 0.03

# %% the random frozen encoder is the worst arm everywhere
for name in ("mnist", "fashion_mnist"):
    for n in n_labels:
        means_of = {w: np.mean([row["accuracy"] for row in rows(w, n, name)]) for w in ways}
        assert min(means_of, key=means_of.get) == "random, frozen"

# %% a run of one's own is one that the published ones make likely
assert 0.75 < mine["accuracy"] < 0.9
