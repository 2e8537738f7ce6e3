# %% The network has about a third of PCA's error
assert losses["network"] < 0.45 * losses["PCA"]
assert losses["network"] < 0.0075

# %% Neighbours by code are of the same class most often, by a small lead
assert found["code of 32 numbers"] > 89
assert found["pixels, 784 numbers"] > 87.5
assert found["code of 32 numbers"] > found["pixels, 784 numbers"] + 0.3
assert found["code of 32 numbers"] > found["PCA, 32 numbers"]
assert found["code of 32 numbers"] < found["pixels, 784 numbers"] + 3

# %% The error of the network beats that of PCA for W and digits, and is near chance for O
by_error, by_linear = areas["error of the network"], areas["error of PCA"]
assert by_error[1] > by_linear[1] + 0.02
assert by_error[2] > by_linear[2] + 0.03
assert 0.45 < by_error[0] < 0.65

# %% Distances notice all three, in the code about as well as in the pixels
for name in ("distance in the code", "distance in the pixels"):
    assert min(areas[name]) > 0.83
    assert (
        mean_area[name] > max(mean_area["error of the network"], mean_area["error of PCA"]) + 0.05
    )
assert abs(mean_area["distance in the code"] - mean_area["distance in the pixels"]) < 0.03
assert areas["distance in the code"][0] > 0.87

# %% The network cleans better than PCA, whatever the damage
for _, *errors in lines_of_damage:
    spoilt, linear, bent = map(float, errors)
    assert bent < 0.9 * linear
    assert bent < 0.9 * spoilt

# %% Twenty typical labels beat twenty at random; certainty means something; correcting helps
assert 0.78 < right.mean() < 0.9
assert right[surest].mean() > 0.87
assert right[surest].mean() > right[least].mean() + 0.15
assert accuracy["20 typical"] > accuracy["20 at random, mean of 8 draws"] + 6
assert accuracy["20 typical"] > accuracy["40 at random, mean of 8 draws"] - 3
assert accuracy["20 typical, 20 doubtful"] > accuracy["20 typical"] + 0.5

# %% With a quarter of the weights, convolution has a fifth more error and about the same search
conv, conv_loss, conv_code = both["convolutional"]
assert conv.count_params() < 0.3 * dense.count_params()
assert 1.05 < conv_loss / losses["network"] < 1.35
assert -0.5 < same_class(conv_code) - found["code of 32 numbers"] < 2.5

# %% In colour the error is far below that of the mean image
assert colour_loss < 0.5 * mean_loss

# %% In colour the code finds the same letter more often than pixels, in inks further away
inked = data.load_folder(place, colour=True, limit=2_000).labels
ink = coloured.max(axis=(1, 2))


def ink_away(points):
    near = NearestNeighbors(n_neighbors=6).fit(points).kneighbors(points[:1_000])[1][:, 1:]
    return np.linalg.norm(ink[near] - ink[:1_000, np.newaxis], axis=-1).mean()


assert same_class(colour_code, inked) > same_class(spaces["pixels"], inked) + 2
assert ink_away(colour_code) > ink_away(spaces["pixels"]) + 0.05

# %% The pipeline gives the codes of the encoder
taken = pipeline[0].fit(data.scale(x[:9])).transform(data.scale(x[:9]))
assert np.allclose(taken, code[:9], atol=1e-3)

# %% On the map I lies beside J or T, and U beside N or H, among their like
flat = learn.encoder_of(trained["k = 2"]).predict(data.scale(x), verbose=0)
middles = np.array([np.median(flat[labels == c], axis=0) for c in range(26)]) / flat.std(axis=0)


def beside(letter, n):
    away = np.linalg.norm(middles - middles[names.index(letter)], axis=1)
    return {names[c] for c in np.argsort(away)[1 : n + 1]}


assert beside("I", 4) & {"J", "T"}
assert beside("U", 5) & {"N", "H"}
