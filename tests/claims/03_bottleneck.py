# %% Copies: the identity copies exactly, the random pair but for rounding
assert copy_loss == 0
assert np.array_equal(learn.encoder_of(identity)(x[:100]).numpy(), x[:100])
assert 0 < np.mean((scrambled(x).numpy() - x) ** 2) < 1e-9

# %% Gradient descent comes down to the floor of PCA, and not below it
assert linear.count_params() == linear_autoencoder(32).count_params()
assert 1 - 1e-6 < reached / floor < 1.02

# %% It has most of PCA's subspace, and none of its directions
from scipy.linalg import subspace_angles

angles = np.degrees(subspace_angles(W2.T.astype(float), pca.components[:, :32]))
assert np.median(angles) < 5
lengths = np.linalg.norm(W2, axis=1, keepdims=True)
cosines = np.abs(W2 / lengths @ pca.components[:, :32])
assert np.degrees(np.arccos(cosines.max(axis=1))).min() > 15

# %% The network has less error than PCA with the same k up to 64, at k = 8 than PCA with 16
for k, by_pca, by_network in zip(ks, found["PCA"], found["network"]):
    assert (by_network < by_pca) == (k < 256), k
assert found["network"][ks.index(8)] < 0.95 * found["PCA"][ks.index(16)]

# %% Ten epochs bring it below PCA at k = 256, where two leave it far above
assert at_256["network, 10 epochs"] < 0.97 * at_256["PCA"]
assert at_256["network, 2 epochs"] > 1.15 * at_256["PCA"]

# %% Neighbours read most from codes in between, more than from the pixels
at = dict(zip(ks, neighbours))
assert max(ks, key=at.get) in (16, 32, 64)
assert at[32] > max(pixels[1], at[256]) + 0.5
assert at[2] < at[8] < at[16]
assert max(abs(at[k] - of_pca[ks.index(k)]) for k in ks if k >= 8) < 2.5
assert at[4] > of_pca[ks.index(4)] + 5

# %% The linear probe reads most from long codes
read_by_probe = dict(zip(ks, probe))
assert read_by_probe[2] < read_by_probe[8] < read_by_probe[32] < read_by_probe[256]
assert abs(read_by_probe[256] - pixels[0]) < 2

# %% The first component: between a thin stroke and a round ring
middle = (pca.mean + np.array([[-1], [1]]) * steps[0]).reshape(2, 28, 28)[:, 10:18, 12:16]
assert np.ptp(middle.mean(axis=(1, 2))) > 0.3

# %% On the network's map more of the digits lie apart than on PCA's
own = KNeighborsClassifier(15)
apart = {
    name: own.fit(codes[:1_000], y_test[:1_000]).score(codes[1_000:], y_test[1_000:2_000])
    for name, codes in maps.items()
}
assert apart["network, k = 2"] > apart["PCA, k = 2"] + 0.15
