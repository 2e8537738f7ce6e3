# %% Ten images of each digit have labels
assert np.bincount(known).tolist() == 10 * [10]

# %% Frozen means frozen, and a small rate moves a weight by a small part of its size
assert all(stayed)
assert moved < 0.03 * size
assert moved > 0

# %% About 75 of 100 from scratch and by logistic regression, 83 frozen and 84 at a small rate
means = {way: np.mean([draw[way] for draw in draws]) for way in ways + controls}
assert abs(means["from scratch"] - 75) < 3
assert abs(means["logistic regression"] - 75) < 3
assert abs(means["frozen"] - 83) < 1.5
assert abs(means["small learning rate"] - 84) < 1.5

# %% In each draw the small rate is first, and all three ways beat both controls
for draw in draws:
    assert max(draw, key=draw.get) == "small learning rate"
    assert min(draw[way] for way in ways) > max(draw[control] for control in controls) + 1

# %% With 100 labels logistic regression beats the deep network from scratch, the stronger control
assert right["logistic regression"] > right["from scratch"] + 0.5
assert means["logistic regression"] > means["from scratch"] + 0.5

# %% The controls depend most on the draw
spread = {way: np.ptp([draw[way] for draw in draws]) for way in ways + controls}
assert max(spread["frozen"], spread["small learning rate"]) < 1
assert min(spread[control] for control in controls) > 1

# %% Fine-tuning leaves what the first layer looks for, and at the border all of it
assert 0.03 < share < 0.3
assert np.corrcoef(tuned[0].ravel(), pretrained[0].ravel())[0, 1] > 0.95
black = (few == 0).all(axis=0)
assert black.reshape(28, 28)[0].all()
assert np.array_equal(tuned[0][black], pretrained[0][black])

# %% It moves the digits apart in the code
assert apart["fine-tuned"] > apart["pretrained"] + 0.05

# %% With 1,000 labels all are better, the lead is smaller, and the controls have changed places
assert min(more[way] - right[way] for way in right) > 5
assert 1 < later < lead - 1
assert more["from scratch"] > more["logistic regression"]
