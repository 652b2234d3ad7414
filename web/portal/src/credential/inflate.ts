// DEFLATE (RFC 1951) with the bounds and refusals of zlib: DecompressionStream tells neither how much will come nor
// what is left over, and does not exist everywhere.

export interface Inflated {
  content: Uint8Array;
  used: number; // bytes of the input, up to the end of the stream
}

interface Code {
  counts: Uint16Array; // of codes of each length
  symbols: Uint16Array; // in the order of their codes
}

const MAX_BITS = 15;
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MAX_LITERALS = 286;
const MAX_DISTANCES = 30;
const END_OF_BLOCK = 256;

/** Returns what raw DEFLATE holds. Throws RangeError: damaged, truncated, or more than `limit` bytes. */
export function inflate(packed: Uint8Array, limit: number): Inflated {
  const stream = new Stream(packed, limit);
  let last = false;
  while (!last) {
    last = stream.bits(1) === 1;
    block(stream, stream.bits(2));
  }
  return { content: stream.out.slice(0, stream.length), used: stream.at };
}

/** Returns what a zlib stream holds (RFC 1950); its checksum is not looked at, since signatures are. */
export function inflateZlib(packed: Uint8Array, limit: number): Uint8Array {
  return inflate(packed.subarray(2), limit).content;
}

function fail(): never {
  throw new RangeError("The compressed data is damaged.");
}

class Stream {
  out: Uint8Array;
  length = 0;
  at = 0;
  private held = 0;
  private heldBits = 0;

  constructor(
    private readonly packed: Uint8Array,
    private readonly limit: number,
  ) {
    this.out = new Uint8Array(Math.min(limit, 4 * packed.length + 64));
  }

  bits(count: number): number {
    while (this.heldBits < count) {
      this.held |= this.byte() << this.heldBits;
      this.heldBits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.heldBits -= count;
    return value;
  }

  byte(): number {
    return this.packed[this.at++] ?? fail();
  }

  align(): void {
    this.held = this.heldBits = 0;
  }

  write(byte: number): void {
    if (this.length >= this.limit) fail();
    if (this.length >= this.out.length) this.grow();
    this.out[this.length++] = byte;
  }

  copy(distance: number, count: number): void {
    if (distance > this.length) fail();
    for (let left = count; left > 0; left--) this.write(this.out[this.length - distance]!);
  }

  private grow(): void {
    const larger = new Uint8Array(Math.min(this.limit, 2 * this.out.length + 64));
    larger.set(this.out);
    this.out = larger;
  }
}

function block(stream: Stream, kind: number): void {
  if (kind === 0) return stored(stream);
  if (kind === 1) return compressed(stream, FIXED, FIXED_DISTANCES);
  if (kind === 2) return compressed(stream, ...dynamic(stream));
  fail();
}

function stored(stream: Stream): void {
  stream.align();
  const length = stream.byte() | (stream.byte() << 8);
  const inverse = stream.byte() | (stream.byte() << 8);
  if (length !== (~inverse & 0xffff)) fail();
  for (let left = length; left > 0; left--) stream.write(stream.byte());
}

function compressed(stream: Stream, literals: Code, distances: Code): void {
  for (;;) {
    const symbol = decoded(stream, literals);
    if (symbol === END_OF_BLOCK) return;
    if (symbol < END_OF_BLOCK) stream.write(symbol);
    else copied(stream, symbol - END_OF_BLOCK - 1, distances);
  }
}

function copied(stream: Stream, symbol: number, distances: Code): void {
  const length = (LENGTHS[symbol] ?? fail()) + stream.bits(LENGTH_BITS[symbol]!);
  const place = decoded(stream, distances);
  const distance = (DISTANCES[place] ?? fail()) + stream.bits(DISTANCE_BITS[place]!);
  stream.copy(distance, length);
}

function decoded(stream: Stream, { counts, symbols }: Code): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= MAX_BITS; length++) {
    code |= stream.bits(1);
    const count = counts[length]!;
    if (code - count < first) return symbols[index + code - first]!;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return fail();
}

/** Makes the code of lengths; one that is not complete may have one code of one bit, or none at all, as zlib has it. */
function codeOf(lengths: ArrayLike<number>, mustBeComplete = false): Code {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of Array.from(lengths)) counts[length]!++;
  let left = 1;
  for (let length = 1; length <= MAX_BITS; length++) {
    left = 2 * left - counts[length]!;
    if (left < 0) fail();
  }
  const used = lengths.length - counts[0]!;
  const single = used === 0 || (!mustBeComplete && used === 1 && counts[1] === 1);
  if (left > 0 && !single) fail();
  return { counts, symbols: inOrder(lengths, counts) };
}

function inOrder(lengths: ArrayLike<number>, counts: Uint16Array): Uint16Array {
  const next = new Uint16Array(MAX_BITS + 2);
  for (let length = 1; length <= MAX_BITS; length++) next[length + 1] = next[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  Array.from(lengths).forEach((length, symbol) => {
    if (length) symbols[next[length]!++] = symbol;
  });
  return symbols;
}

function dynamic(stream: Stream): [Code, Code] {
  const literals = stream.bits(5) + 257;
  const distances = stream.bits(5) + 1;
  const described = stream.bits(4) + 4;
  if (literals > MAX_LITERALS || distances > MAX_DISTANCES) fail();
  const order = new Uint8Array(ORDER.length);
  for (const place of ORDER.slice(0, described)) order[place] = stream.bits(3);
  const lengths = lengthsOf(stream, codeOf(order, true), literals + distances);
  if (!lengths[END_OF_BLOCK]) fail();
  return [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))];
}

function lengthsOf(stream: Stream, code: Code, total: number): Uint8Array {
  const lengths = new Uint8Array(total);
  let at = 0;
  while (at < total) {
    const symbol = decoded(stream, code);
    const [value, count] = symbol < 16 ? [symbol, 1] : repeated(stream, symbol, lengths[at - 1]);
    if (at + count > total) fail();
    lengths.fill(value, at, at + count);
    at += count;
  }
  return lengths;
}

function repeated(stream: Stream, symbol: number, before: number | undefined): [number, number] {
  if (symbol === 16) return [before ?? fail(), 3 + stream.bits(2)];
  return [0, symbol === 17 ? 3 + stream.bits(3) : 11 + stream.bits(7)];
}

const FIXED = codeOf(
  Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = codeOf(new Array<number>(32).fill(5));
