// Runs in the audio thread: the microphone's sound as 16-bit blocks of 20 ms at the rate the server is told.
class Microphone extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.step = sampleRate / rate;  // of the microphone's samples for one of ours
    this.at = 0;
    this.before = 0;
    this.size = Math.round(rate / 50);
    this.block = new Int16Array(this.size);
    this.filled = 0;
  }

  process([channels]) {
    const sound = channels[0];
    if (!sound) return true;
    for (; this.at < sound.length; this.at += this.step) {
      const left = Math.floor(this.at);
      const share = this.at - left;
      const a = left === 0 ? this.before : sound[left - 1];
      const value = a + share * (sound[left] - a);
      this.block[this.filled] = Math.max(-32768, Math.min(32767, Math.round(32767 * value)));
      this.filled += 1;
      if (this.filled === this.size) {
        this.port.postMessage(this.block, [this.block.buffer]);
        this.block = new Int16Array(this.size);
        this.filled = 0;
      }
    }
    this.at -= sound.length;
    this.before = sound[sound.length - 1];
    return true;
  }
}
registerProcessor('microphone', Microphone);
