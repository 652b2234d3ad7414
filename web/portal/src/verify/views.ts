// Pictures as the reader of codes sees them best (credential/formats/pictures.py): in a photograph of a page, modules are
// 3 to 5 pixels wide, lit from one side, noisy, and softened by the lens; in what messengers make of it, less than 2.

const WORK_PIXELS = 12_500_000; // larger pictures are made smaller first, which bounds the time of every view
const SMALL_PIXELS = 1_000_000; // below it, modules may be too few pixels to find, so enlarging helps
const BORDER = 64;

/** Returns the pixels of a picture on white paper, not more than are worked with. */
export function pixelsOf(picture: CanvasImageSource, width: number, height: number): ImageData {
  const factor = Math.min(1, Math.sqrt(WORK_PIXELS / (width * height)));
  return drawn(picture, Math.floor(width * factor), Math.floor(height * factor), 0);
}

/** Yields the picture, then what helps with small, noisy and soft codes. */
export function* views(picture: ImageData): Generator<ImageData> {
  yield picture;
  const { width, height } = picture;
  if (width * height <= SMALL_PIXELS) yield enlarged(picture);
  const grey = greyOf(picture);
  const smooth = blurred(grey, width, height, 1);
  yield pictureOf(smooth, width);
  yield pictureOf(sharpened(smooth, blurred(grey, width, height, 4)), width);
}

/** Twice as large, with the white border that a cut-out has lost. */
function enlarged(picture: ImageData): ImageData {
  const canvas = canvasOf(picture.width, picture.height);
  contextOf(canvas).putImageData(picture, 0, 0);
  return drawn(canvas, 2 * picture.width, 2 * picture.height, BORDER);
}

function drawn(picture: CanvasImageSource, width: number, height: number, border: number): ImageData {
  const context = contextOf(canvasOf(width + 2 * border, height + 2 * border));
  const { canvas } = context;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, border, border, width, height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  return context;
}

function greyOf({ data }: ImageData): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(data.length / 4);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = 0.299 * data[4 * at]! + 0.587 * data[4 * at + 1]! + 0.114 * data[4 * at + 2]!;
  }
  return grey;
}

function pictureOf(grey: Uint8ClampedArray, width: number): ImageData {
  const picture = new ImageData(width, grey.length / width);
  for (let at = 0; at < grey.length; at += 1) picture.data.fill(grey[at]!, 4 * at, 4 * at + 3);
  for (let at = 3; at < picture.data.length; at += 4) picture.data[at] = 255;
  return picture;
}

/** Three times the way from the surroundings to the picture: soft edges become steep. */
function sharpened(smooth: Uint8ClampedArray, around: Uint8ClampedArray): Uint8ClampedArray {
  return smooth.map((value, at) => around[at]! + 3 * (value - around[at]!));
}

/** The mean of the square of `radius` around each pixel, first along rows, then along columns. */
function blurred(grey: Uint8ClampedArray, width: number, height: number, radius: number): Uint8ClampedArray {
  const rows = averaged(grey, width, height, 1, width, radius);
  return averaged(rows, height, width, width, 1, radius);
}

/** Running means of `lines` lines of `length` pixels that lie `step` apart; at the ends the last pixel goes on. */
function averaged(
  from: Uint8ClampedArray,
  length: number,
  lines: number,
  step: number,
  stride: number,
  radius: number,
): Uint8ClampedArray {
  const made = new Uint8ClampedArray(from.length);
  for (let line = 0; line < lines; line += 1) {
    const start = line * stride;
    const pixel = (at: number) => from[start + Math.min(length - 1, Math.max(0, at)) * step]!;
    let sum = 0;
    for (let at = -radius; at <= radius; at += 1) sum += pixel(at);
    for (let at = 0; at < length; at += 1) {
      made[start + at * step] = sum / (2 * radius + 1);
      sum += pixel(at + radius + 1) - pixel(at - radius);
    }
  }
  return made;
}
