// The moving line of bars in the speak bar: how loud it was, the newest at the right.

const BAR = 4;
const GAP = 3;

export class Wave {
  #canvas;
  #levels = [];
  #waiting = false;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  push(level) {
    this.#levels.push(level);
    if (this.#levels.length > 600) this.#levels.splice(0, 300);
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => this.#draw());
  }

  clear() {
    this.#levels = [];
    this.#draw();
  }

  #draw() {
    this.#waiting = false;
    drawBars(this.#canvas, this.#levels);
  }
}

/** Bars of loudnesses 0..1, the last at the right edge; fewer than fit leave small dots. */
export function drawBars(canvas, levels) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!width) return;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const paint = canvas.getContext('2d');
  paint.scale(scale, scale);
  paint.fillStyle = getComputedStyle(canvas).color;
  const count = Math.floor((width + GAP) / (BAR + GAP));
  for (let i = 0; i < count; i += 1) {
    const level = levels[levels.length - count + i];
    // Loudness as ears have it: 50 dB over the bar's height.
    const share = level ? Math.max(0, 1 + Math.log10(Math.max(level, 1e-4) * 2) / 2.5) : 0;
    const tall = Math.max(BAR, Math.min(1, share) * height);
    paint.globalAlpha = level === undefined ? 0.3 : 1;
    paint.beginPath();
    paint.roundRect(i * (BAR + GAP), (height - tall) / 2, BAR, tall, BAR / 2);
    paint.fill();
  }
}
