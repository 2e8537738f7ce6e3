# %% encoder and decoder are the autoencoder
one = data.scale(x_test[:1])
assert np.allclose(decoder(encoder(one)), autoencoder(one), atol=1e-5)
assert encoder(one).shape == (1, 64)
assert autoencoder.count_params() == 1_149_520

# %% the loss by hand is that of Keras
assert np.isclose(by_hand, by_keras, rtol=1e-4)

# %% the untrained network answers with grey and the trained one follows
assert learn.reconstruction_loss(untrained, x_test) > 3 * loss_of_mean
assert trained(data.scale(x_test)).std(axis=0).max() > 0.3
assert np.std(untrained(data.scale(x_test[:500])).numpy()) < 0.15

# %% about a tenth of the loss of the mean image, on images that it has never seen
assert loss_of_mean / 15 < test_loss < loss_of_mean / 8
assert 3 * test_loss < losses[160]

# %% the loss falls all the time and halves between about 50 and 400 updates
assert list(losses) == updates
assert all(np.diff(list(losses.values())) < 0)
assert losses[40] > loss_of_mean / 2 > losses[320]

# %% validation is below training at first, and at the end they are close
assert history.validation_loss[0] < 0.7 * history.loss[0]
assert abs(history.validation_loss[-1] / history.loss[-1] - 1) < 0.1

# %% first grey, then all alike and near the mean image, then apart
spread = {u: images.std(axis=0).mean() for u, images in snapshots.outputs.items()}
assert snapshots.outputs[0].std() < 0.15
assert abs(snapshots.outputs[0].mean() - 0.5) < 0.05
assert spread[1_260] > 3 * spread[20]
alike = min(np.mean((snapshots.outputs[u] - mean_image) ** 2) for u in (20, 40, 80))
assert alike < loss_of_mean / 5

# %% what it has not practised costs more: mirrored, letters, clothes, negatives
assert 1 < times["mirrored"] < times["letters"] < times["clothes"] / 2
assert times["clothes"] < times["negatives"] / 2
assert np.isclose(times["digits"], 1)

# %% the errors lie on the edges of the strokes
slope = np.hypot(*np.gradient(x.reshape(-1, 28, 28), axis=(1, 2))).reshape(-1, 784)
errors = np.abs(autoencoder(x).numpy() - x)
assert errors[slope > 0.2].mean() > 4 * errors[slope <= 0.2].mean()

# %% a byte for each number costs nothing, half a byte little, and a quarter shows
assert np.isclose(loss_with_bits[32], np.mean((x - autoencoder(x).numpy()) ** 2), rtol=1e-3)
assert loss_with_bits[8] < 1.01 * loss_with_bits[32]
assert 1.03 < loss_with_bits[4] / loss_with_bits[32] < 1.25
assert loss_with_bits[2] > 1.5 * loss_with_bits[32]

# %% near codes show the same digit
assert same > 80

# %% the garments are found, and the other odd images are digits
assert sum(odd >= 2_000) >= 8

# %% a network for clean digits is no denoiser, and the trained one is
clean = x[:8]
cleaning = {name: np.mean((images - clean) ** 2) for name, images in cleaned.items()}
assert 0.01 < cleaning["trained to clean"] < 0.02
assert (
    1.5 * cleaning["trained to clean"]
    < cleaning["our autoencoder"]
    < np.mean((noisy - clean) ** 2) / 5
)

# %% with few labels codes are a little better than pixels, and not more
gain = (right["codes"] - right["pixels"]).mean(axis=1)
assert 0 < gain[1:].mean() < 5
assert gain[2] > 0
assert gain[4] > 0

# %% the 1 is the easiest digit by far
assert np.argmin(loss_of_digit) == 1
assert loss_of_digit[1] < 0.6 * sorted(loss_of_digit)[1]
