# %% the two networks that are trained here have the settings of the measurement
names = dict(
    hidden="hidden_activation",
    code="code_activation",
    output="output_activation",
    batch="batch_size",
)
for choices, settings in ((article, design.ARTICLE_TRAINING), (recipe, design.SAME_LAYERS)):
    assert all(choices[name] == settings[key] for name, key in names.items())
    assert choices["quick"] == (settings["optimizer"] == "quick")
    assert choices["mean"] == (settings["start"] == "mean")
assert design.SAME_LAYERS["lengths"][0] == 200

# %% the goal and the three times of the first paragraph
assert design.GOAL == 0.0114
assert round(seconds[0]) == 45
assert 0.9 < seconds[1] < 1.05
assert 0.115 < seconds[2] < 0.135
assert seconds[1] < seconds[0] / 40

# %% same layers needs about a quarter of the updates, each in less than a tenth of the time
assert 0.2 < np.mean(updates["same layers"]) / np.mean(updates["article"]) < 0.3
assert each["same layers"] < each["article"] / 10

# %% after 80 updates the recipe is far ahead, and at 0 it draws the mean image
loss_of_mean = np.mean((x_train.mean(axis=0) / 255 - x_watched) ** 2)
at = moments.index(80)
assert losses["same layers"][at] < 0.7 * losses["article"][at]
assert each["article"] > 10 * each["same layers"]
assert abs(losses["same layers"][0] / loss_of_mean - 1) < 0.15
assert copies["article"][0].mean() < 0.02

# %% added: no hidden layers and small batches save most, and the intervals do not touch the others
means = {name: results.interval([n * each[name] for n in updates[name]]) for name in added}
order = sorted(means, key=lambda name: means[name].mean)
assert order[:2] == [f"article + {name}" for name in ("no hidden layers", "small batches")]
assert means[order[0]].high < means[order[1]].low
assert means[order[1]].high < min(means[name].low for name in order[2:])

# %% why they do: cheaper updates, of which small batches need about three times as many
ratio = {name: np.mean(updates[name]) / np.mean(updates["article"]) for name in added}
cost = {name: each[name] / each["article"] for name in added}
assert 0.18 < cost["article + no hidden layers"] < 0.23
assert 0.35 < ratio[order[0]] < 0.55
assert 2.7 < ratio["article + small batches"] < 3.3
assert 1 / 13.5 < cost["article + small batches"] < 1 / 11
assert 0.2 < total("article + small batches") / total("article") < 0.28

# %% the other three save updates and cost about the same time for each
for name in order[2:]:
    assert 0.9 < cost[name] < 1.2
assert 0.35 < ratio["article + activations"] < 0.5
assert total("article + activations") < total("article") / 2
for name in ("quick Adam", "start at the mean"):
    assert 2 / 3 < ratio[f"article + {name}"] < 0.75
    assert (
        means[f"article + {name}"].high
        < results.interval([n * each["article"] for n in updates["article"]]).low
    )

# %% taken away: activations never arrive, large batches cost five times, quick Adam little
for recipe_name in ("same layers", "own layers"):
    assert not any(updates[f"{recipe_name} - activations"])
same = {name: total(f"same layers - {name}") / total("same layers") for name in four}
assert 4.3 < same["small batches"] < 5.7
assert 1 < same["quick Adam"] < same["start at the mean"] < same["small batches"]

# %% for own layers quick Adam and small batches matter, too
own = {name: total(f"own layers - {name}") / total("own layers") for name in four}
assert 4 < own["quick Adam"] < own["small batches"]

# %% SELU is the activation that counts, and it keeps the images apart
assert after["ReLU in the hidden layers"] > 1.5 * after["same layers"]
assert max(after, key=after.get) == "ReLU in the hidden layers"
assert after["same layers"] == min(after.values())
assert differs["relu"][-1] < differs["relu"][0] / 20
assert np.all(np.diff(differs["relu"][:3]) < 0)
assert min(differs["selu"]) > 5 * differs["relu"][-1]

# %% the article computes most in a second, and the recipes a hundredth of it in all and less
gflops = {arm: gflop(design.FAST_TRAINING[arm]) for arm in three}
speed = [gflops[arm] / each[arm] for arm in three]
work = [gflops[arm] * np.mean(updates[arm]) for arm in three]
assert speed[0] > 1.5 * speed[1] > 1.5 * speed[2]
assert work[1] < work[0] / 100
assert work[2] < work[0] / 1000

# %% times of the same work differ by at most 15 %
for base in three:
    other = f"{base} {'+' if base == 'article' else '-'} start at the mean"
    assert 1 / 1.15 < each[base] / each[other] < 1.15
