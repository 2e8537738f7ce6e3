# %% the numbers of the text are those of the rows
whole = {control: round(100 * gain.mean, 1) for control, gain in gains.items()}
assert whole["over deep network that nobody tuned"] == 10.4 == round(100 * success.mean, 1)
assert whole["over deep network"] == 5.8
assert whole["over convolutional, moved"] == -9.0 == min(whole.values())
assert gains["over deep network"].low > 0

# %% three of the five ways are ahead of the convolutional network, and spreading is the best
control = np.mean([row["accuracy"] for row in uses["convolutional, moved"]])
ahead = {step for step in steps if means[step] > control}
assert ahead == {"agreement", "spread over pixels", "spread over codes"}
assert winner == "spread over codes"
assert round(100 * means[winner], 1) == 96.0
assert means["spread over codes"] - means["spread over pixels"] < 0.005

# %% unlabeled images make most of what separates the two networks
accuracy = {"alone": np.mean(before == y_test), "both": np.mean(after == y_test)}
assert accuracy["alone"] < 0.87
assert accuracy["both"] > 0.925
assert accuracy["both"] - accuracy["alone"] > 0.08

# %% seven of the nine survive; the other two are those that the text names
by_name = dict(zip(gained, found))
assert {name for name, one in by_name.items() if not one.survives} == {
    "the article's way: clothes",
    "a decoder, both jobs at once: digits",
}
assert len(found) == 9
assert all(one.gain.low > 0 for one in found if one.survives)

# %% the gains of the text
for name, value in {
    "unlabeled images: digits": 2.9,
    "unlabeled images: clothes": 2.3,
    "the article's way: digits": 5.8,
    "a decoder, both jobs at once: digits": 0.6,
    "the article's way, many labels: digits": 0.3,
    "the article's way, many labels: clothes": 0.6,
}.items():
    assert round(100 * by_name[name].gain.mean, 1) == value
on_clothes = by_name["the article's way: clothes"].gain
assert [round(100 * end, 1) for end in on_clothes[1:3]] == [0.1, 2.1]
ladder = by_name["a decoder, both jobs at once: digits"].gain
assert [round(100 * end, 1) for end in ladder[1:3]] == [-0.5, 1.7]

# %% pretraining without noise leaves the network behind the tuned one from scratch
assert round(-100 * gains["without noise: over deep network"].mean, 1) == 2.8
assert gains["without noise: over deep network"].high < 0

# %% over controls that train three times as long: the gain with 10,000 digits is gone
trained_longer = {}
for row in results.read("longer"):
    trained_longer.setdefault((row["data"], row["labels"], row["arm"]), []).append(row)
pairs = {
    name: results.difference(of(one.arm, labels, kind), trained_longer[kind, labels, one.control])
    for name, one in by_name.items()
    for _, kind, labels, *_ in [one.comparison]
    if (kind, labels, one.control) in trained_longer
}
assert pairs["the article's way, many labels: digits"].mean < 0
assert pairs["unlabeled images: digits"].low > 0.015
assert pairs["unlabeled images: clothes"].low > 0
assert pairs["the article's way: digits"].low > 0.04
broken = [
    row for row in trained_longer["fashion_mnist", 100, "deep network"] if row["accuracy"] < 0.5
]
assert len(broken) == 6

# %% on clothes codes are better neighbours than pixels and principal components
for other, values in {
    "spread over pixels": [2.2, 1.4, 3.0],
    "spread over 64 principal components": [1.3, 0.5, 2.0],
}.items():
    better = results.difference(ways["spread over codes"], ways[other])
    assert [round(100 * value, 1) for value in better[:3]] == values
pixels = results.difference(ways["spread over pixels"], ways["convolutional, moved"])
assert pixels.low < 0 < pixels.high
agreeing = results.difference(ways["agreement"], ways["convolutional, moved"])
assert agreeing.high < 0
assert round(100 * np.mean([row["accuracy"] for row in ways["spread over codes"]]), 1) == 74.5

# %% to pretrain the convolutional network makes it worse by 2.3 points
worse = results.difference(of("convolutional, denoising, moved"), of("convolutional, moved"))
assert round(100 * worse.mean, 1) == -2.3

# %% where the squares lead
by_arm = {}
for row in rows:
    by_arm.setdefault((row["data"], row["labels"], row["arm"]), []).append(row["accuracy"])
by_arm = {key: 100 * np.mean(accuracies) for key, accuracies in by_arm.items()}


def top(name, n, among):
    return max(by_arm[name, n, arm] for arm in among if (name, n, arm) in by_arm)


counts = sorted({row["labels"] for row in rows})
assert round(top("mnist", 20, without)) == 54
assert round(by_arm["mnist", 20, "spread over pixels"]) == 87
assert by_arm["mnist", 10_000, "deep network"] > by_arm["mnist", 10_000, "spread over codes"]
article = ["frozen", "fine-tuned", "small rate"]
lead = {n: top("mnist", n, article) - by_arm["mnist", n, "deep network"] for n in counts}
assert min(lead[n] for n in (20, 50, 100, 300)) > 1
assert lead[1_000] < -0.5
assert max(abs(lead[n]) for n in (3_000, 10_000, 60_000)) < 0.5
clothing = [top("fashion_mnist", n, using) - top("fashion_mnist", n, without) for n in counts]
assert max(clothing) < 3

# %% a quarter of the shirts, half of the coats; those for the upper body are among the worst five
named_right = {name: one.mean for name, one in zip(names, by_class)}
assert 0.2 < named_right["Shirt"] < 0.3
assert 0.45 < named_right["Coat"] < 0.55
shirts = [
    answers.class_accuracies(rows, "fashion_mnist", arm, 100)[6].mean
    for name, n, arm in by_arm
    if (name, n) == ("fashion_mnist", 100)
]
assert max(shirts) < 0.4
many = answers.class_accuracies(rows, "fashion_mnist", "deep network", 10_000)
assert 0.63 < many[6].mean < 0.69
upper = {"T-shirt/top", "Pullover", "Coat", "Shirt"}
assert upper <= set(sorted(named_right, key=named_right.get)[:5])

# %% a run of one's own is one that the published ones make likely
assert 0.7 < mine["accuracy"] < 0.9

# %% with fewer images without a label, spreading and agreement are worse, and step by step
for arm in ("spread over pixels", "agreement"):
    assert np.all(np.diff([one.mean for one in lines[arm]]) > 0)
assert (
    lines["spread over pixels"][0].high
    < results.interval([row["accuracy"] for row in of("deep network")]).low
)
assert abs(lines["fine-tuned"][3].mean - lines["fine-tuned"][4].mean) < 0.005
assert lines["agreement"][4].mean - lines["agreement"][3].mean > 0.03

# %% of the decoders in both jobs at once only that of all layers is as good as none
share = {arm: 100 * np.mean([row["accuracy"] for row in runs]) for arm, runs in jobs.items()}
rebuilt = results.difference(jobs["reconstruction at once"], jobs["noise in every layer"])
assert [round(100 * value, 1) for value in rebuilt[:3]] == [1.3, 0.9, 1.7]
updates = [jobs[arm][0]["settings"]["updates"] for arm in ("ladder", "noise in every layer")]
assert updates == [6_000, 1_000]
assert share["reconstruction at once"] + 5 < share["gamma"] < share["ladder"] - 2
as_long = results.difference(jobs["ladder"], jobs["agreement, as long"])
assert [round(100 * value, 1) for value in as_long[:3]] == [0.3, -2.0, 2.5]

# %% what depends on how labels are drawn, on the images of the encoder and on whose settings
changes = {
    (variant, row["data"], row["arm"]): results.difference(
        results.select(changed, data=row["data"], arm=row["arm"]),
        of(row["arm"], name=row["data"]),
    )
    for variant, changed in variants.items()
    for row in changed
    if variant != "as before"
}
at_random = {
    arm: round(100 * gain.mean, 1)
    for (variant, kind, arm), gain in changes.items()
    if (variant, kind) == ("labels drawn at random", "mnist")
}
assert min(at_random, key=at_random.get) == "spread over pixels"
assert at_random["spread over pixels"] == -3.7
assert all(-4 < change < -1 for change in at_random.values())
for (variant, kind, arm), gain in changes.items():
    if variant == "labels drawn at random" and kind == "fashion_mnist":
        assert abs(gain.mean) < 0.01
    if variant == "settings of the other images" and arm not in ("agreement", "fine-tuned"):
        assert gain.mean > -0.01
for (kind, arm), value in {
    ("mnist", "agreement"): -11.6,
    ("mnist", "fine-tuned"): -1.3,
    ("fashion_mnist", "fine-tuned"): -1.6,
}.items():
    change = changes["settings of the other images", kind, arm]
    assert round(100 * change.mean, 1) == value
own = results.difference(
    of("fine-tuned", name="fashion_mnist"), of("deep network", name="fashion_mnist")
)
assert own.mean < 0.016
spreading, moved = (
    results.select(variants["labels drawn at random"], data="mnist", arm=arm)
    for arm in ("spread over pixels", "convolutional, moved")
)
still_ahead = results.difference(spreading, moved)
assert [round(100 * value, 1) for value in still_ahead[:3]] == [0.8, -2.1, 3.7]
loses = changes["labels drawn at random", "mnist", "spread over pixels"]
assert [round(100 * value, 1) for value in loses[1:3]] == [-7.1, -0.3]
foreign = {
    (kind, arm): results.select(variants["encoder from the other images"], data=kind, arm=arm)
    for kind in ("mnist", "fashion_mnist")
    for arm in article
}
scratch = {kind: of("deep network", name=kind) for kind in ("mnist", "fashion_mnist")}
behind = results.difference(foreign["mnist", "fine-tuned"], scratch["mnist"])
assert [round(100 * value, 1) for value in behind[:3]] == [-4.4, -6.4, -2.3]
for (kind, _), runs in foreign.items():
    assert results.difference(runs, scratch[kind]).mean < 0
assert all(results.difference(foreign["mnist", arm], scratch["mnist"]).high < 0 for arm in article)


# %% the letters contradict the advice, but for the convolutional network and the article's way
def points_ahead(arm, control):
    return [
        round(100 * value, 1) for value in results.difference(letters[arm], letters[control])[:3]
    ]


assert points_ahead("convolutional, moved", "spread over codes") == [3.1, 2.4, 3.8]
assert points_ahead("deep network", "small rate") == [1.2, 0.7, 1.8]
assert points_ahead("convolutional, moved", "small rate")[0] == 8.8
named = {arm: round(100 * np.mean([row["accuracy"] for row in letters[arm]]), 1) for arm in letters}
assert (named["convolutional, moved"], named["spread over codes"]) == (96.6, 93.5)
assert max(named, key=named.get) == "convolutional, moved"
assert len(data.load("letters")[0][0]) == 13_572
ten_thousand = results.select(fewer, arm="spread over pixels", unlabeled=10_000)
fewer_behind = results.difference(ten_thousand, of("convolutional, moved"))
assert [round(100 * value, 1) for value in fewer_behind[:3]] == [-1.3, -2.5, -0.2]

# %% with longer pretraining the letters' encoders come closer, and spreading stays behind
pretrained = results.read("pretrained_longer")
rates, spreads = (
    results.select(pretrained, arm=arm) for arm in ("small rate", "spread over codes")
)
even = results.difference(rates, letters["deep network"])
assert [round(100 * value, 1) for value in even[:3]] == [0.4, -0.3, 1.1]
left = results.difference(spreads, letters["convolutional, moved"])
assert round(100 * left.mean, 1) == -2.4
assert left.high < 0
