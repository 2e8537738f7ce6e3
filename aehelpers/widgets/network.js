// Networks of dense layers, as network.py exports them, computed in the page.

/** Turn the bits of a float16 into a number. */
function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** All numbers of float16, by their bits; a network has hundreds of thousands to look up. */
const HALVES = Float32Array.from({ length: 2 ** 16 }, (_, bits) => fromHalf(bits));

/**
 * Read the weights of a network out of bytes.
 *
 * @param {{inputs: number, units: number, activation: string}[]} layers
 * @param {DataView} bytes
 * @returns the layers with their kernels and biases
 */
function readNetwork(layers, bytes) {
  let offset = 0;
  const read = (length) => {
    const numbers = new Float32Array(length);
    for (let i = 0; i < length; i++) numbers[i] = HALVES[bytes.getUint16(offset + 2 * i, true)];
    offset += 2 * length;
    return numbers;
  };
  return layers.map((layer) => ({
    ...layer,
    kernel: read(layer.inputs * layer.units),
    biases: read(layer.units),
  }));
}

const SELU = [1.0507009873554805, 1.6732632423543772]; // scale and alpha (Klambauer et al. 2017)

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => SELU[0] * (x > 0 ? x : SELU[1] * Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/** Change numbers into probabilities, in place. */
function softmax(x) {
  const largest = x.reduce((a, b) => Math.max(a, b));
  const sum = x.reduce((total, value) => total + Math.exp(value - largest), 0);
  return x.map((value) => Math.exp(value - largest) / sum);
}

/** Add to outputs what the inputs give to each of them. */
function addProducts(y, x, kernel) {
  const units = y.length;
  const rest = x.length % 4;
  let k = 0; // where a row of the kernel begins
  // Four inputs at a time, or most of the time goes into reading and writing y.
  for (let i = 0; i < x.length - rest; i += 4, k += 4 * units) {
    const a = x[i];
    const b = x[i + 1];
    const c = x[i + 2];
    const d = x[i + 3];
    if (!a && !b && !c && !d) continue; // most pixels are black
    for (let j = k; j < k + units; j++)
      y[j - k] +=
        a * kernel[j] + b * kernel[j + units] + c * kernel[j + 2 * units] + d * kernel[j + 3 * units];
  }
  for (let i = x.length - rest; i < x.length; i++, k += units)
    for (let j = 0; j < units; j++) y[j] += x[i] * kernel[k + j];
}

/** Return the outputs of some layers for one input. */
function forward(layers, input) {
  return layers.reduce((x, { activation, kernel, biases }) => {
    const y = Float32Array.from(biases);
    addProducts(y, x, kernel);
    return activation === "softmax" ? softmax(y) : y.map(ACTIVATIONS[activation]);
  }, input);
}

/** Return the networks of a widget: what is known of each, its encoder and its decoder. */
function networksOf(model) {
  const weights = model.get("weights");
  return model.get("networks").map((network, i) => {
    const layers = readNetwork(network.layers, weights[i]);
    const encoder = layers.slice(0, network.encodes);
    return { ...network, encoder, decoder: layers.slice(network.encodes) };
  });
}
