# %% Noise: its size, and that copying costs sigma squared
for sigma, images in noisy.items():
    assert np.isclose(np.mean((images - x) ** 2), sigma**2, rtol=0.01)
assert noisy[1.0].min() < -3
assert mean_loss < copy_loss / 10

# %% Gradient descent comes near the best affine denoiser, and finds its gains
assert np.isclose(best, theory.denoising_floor(pca, sigma=1.0), rtol=0.03)
assert 0.99 < trained_mse / best < 1.03
assert np.abs(gains - exact).max() < 0.1

# %% Clipping helps the best affine denoiser with little noise, and harms it with much
assert clipped[0] < 0.99 * as_it_is[0]
assert clipped[1] < 0.99 * as_it_is[1]
assert clipped[3] > 1.03 * as_it_is[3]
assert clipped[4] > 1.03 * as_it_is[4]

# %% The widest code is the best of the four, and beats the best affine denoiser
assert min(bank, key=errors.get) == "k = 1,024"
assert errors["k = 1,024"] < 0.9 * best
assert errors["k = 16"] > best
assert max(errors, key=errors.get) == "k = 1,024, trained without noise"
assert errors["k = 1,024, trained without noise"] > 1.5 * best

# %% A narrow code with hidden layers does as well as a wide one with about as many weights
assert abs(error(narrow) / errors["k = 256"] - 1) < 0.05
assert error(narrow) < 0.95 * errors["k = 64"]
assert abs(narrow.count_params() / bank["k = 256"].count_params() - 1) < 0.1

# %% Weights of pixels that are always black: kept without noise, smaller with it
always_black = (x_train == 0).all(axis=0)
kept, shrunk = first_weights(without)[always_black], first_weights(with_noise)[always_black]
assert np.array_equal(kept, start[always_black])
assert np.mean(shrunk**2) < 0.9 * np.mean(start[always_black] ** 2)

# %% The network is better near the sigma it was trained with, and worse far from it
wins = dict(zip(sigmas, better))
assert wins[0.75]
assert wins[1.0]
assert wins[1.25]
assert not wins[0.0]
assert not wins[0.25]
assert not wins[2.0]

# %% Arrows end on the line, and go little along it
clean_points, starts, ends = points
assert np.std(ends[:, 1]) < 0.15 * np.std(starts[:, 1])
assert np.std(clean_points[:, 1]) < 0.15 * np.std(clean_points[:, 0])
assert np.corrcoef(starts[:, 0], ends[:, 0])[0, 1] > 0.8

# %% Each kind of noise is taken out best by the network that was trained on it
_, by_masks, by_noise = measured
assert by_masks[0] < 0.9 * by_noise[0]
assert by_noise[1] < 0.9 * by_masks[1]
