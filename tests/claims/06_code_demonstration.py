# %% by accuracy the bad copy is perfect and the good one fails
assert share["ours"] < 0.1
assert share["far too dark"] > 0.99
assert np.mean((copies - clean) ** 2) < 0.2 * np.mean((pairs["far too dark"] - clean) ** 2)

# %% the process with bytes takes less than half of the memory
assert peak["bytes"] < peak["64-bit numbers"] / 2

# %% many pixels are dead, in a ring where ink is rare, and none with a sigmoid
assert dead_pixels.sum() > 100
assert not dead["sigmoid"].any()
assert np.median(ink[dead_pixels]) < 0.1 * np.median(ink[(answered["relu"] > 0).any(axis=0)])
assert dead_pixels.reshape(28, 28)[9:19, 9:19].mean() < 0.1 * dead_pixels.mean()

# %% a sigmoid has less error in them, and more of the whole image
errors = {name: (part[:, dead_pixels].mean(), part.mean()) for name, part in squares.items()}
assert errors["relu"][0] > 1.2 * errors["sigmoid"][0]
assert errors["relu"][1] < errors["sigmoid"][1]

# %% in about every second image they hold more than a tenth of the loss; in fewer with a sigmoid
many = {activation: np.mean(part > 0.1) for activation, part in parts.items()}
assert 0.4 < many["relu"] < 0.65
assert many["sigmoid"] < many["relu"] / 1.5

# %% more updates leave as many pixels dead, a sigmoid none, and all five changes the least loss
of = {
    name: {
        measured: np.mean([row[measured] for row in results.select(longer, arm=arm)])
        for measured in ("mse", "dead_pixels")
    }
    for name, arm in changed.items()
}
article, sigmoid, small, five = of.values()
assert small["dead_pixels"] >= article["dead_pixels"] > 100
assert sigmoid["dead_pixels"] == five["dead_pixels"] == 0
assert sigmoid["mse"] > article["mse"]
assert five["mse"] < min(one["mse"] for one in (article, sigmoid, small))

# %% the best of many dice looks better than it is
assert scores.max() > 0.115 > again

# %% both accuracies come out close to those of the article
assert abs(tested_without[best_without - 1] - 97.38) < 0.4
assert abs(tested_with[best_with - 1] - 97.84) < 0.4

# %% from one epoch to the next the accuracies move by a tenth of a point or more
steps = [np.abs(np.diff(percent[5:15])).max() for percent, best in tested.values()]
assert min(steps) > 0.1

# %% the larger network has five times as many weights
assert 4.5 < counts[1] / counts[0] < 5.5

# %% both changes and the larger network bring a gain, and pretraining none that one can tell
for kind in ("digits", "clothes"):
    both, larger, pretraining = (gains[f"{kind}: {change}"] for change in changes)
    assert both.low > 0
    assert larger.low > 0
    assert pretraining.low < 0 < pretraining.high
    assert abs(larger.mean - both.mean) < 0.2 * both.mean
