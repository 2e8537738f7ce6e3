# %% about 86 % with all labels and about 70 % with 100
assert 84.5 < mean[0] < 87.5
assert 67 < mean[-1] < 73

# %% the four garments are shirts, and the classes get their turns
assert label == "Shirt"
assert set(np.bincount(y_train[order[:100]])) == {10}
assert labeled.sum(axis=1).tolist() == n_labels

# %% the mean climbs at every step, and less and less
gain = np.diff(mean[::-1])  # 100 to 1,000, to 10,000, to 60,000
assert (gain > 0.2).all()
assert gain[0] > gain[1] > gain[2]
assert gain[0] > 7

# %% single runs of two numbers of labels can be in another order than their means
assert accuracy.std(axis=1, ddof=1).max() > 0.2

# %% ten times the updates make the last step more than three times as large
assert 3 * step < longer_step
assert 2.2 < longer_step < 5
assert longer[1] > mean[0] + 1.5
assert gain[0] > 2 * longer_step

# %% shuffled labels teach nothing about clothes
assert accuracy_shuffled < 25

# %% the first layer changes smoothly all the same, and noise is not smooth
assert abs(smooth[0]) < 0.02
assert smooth[1] > 0.6
assert smooth[2] > 0.6

# %% the smooth shapes are those of images: with shuffled pixels they are gone
noise = np.random.default_rng(0).permutation(784)
assert abs(neighbour_correlation((after[0] - before)[noise])) < 0.3
