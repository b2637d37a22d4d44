"use strict";
/* Whole numbers written as zigzag varints in base64. */
{
  function unpack(text) {
    const bytes = atob(text);
    const values = new Int32Array(bytes.length);
    let count = 0;
    let value = 0;
    let shift = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes.charCodeAt(at);
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) {
        values[count] = (value >>> 1) ^ -(value & 1);
        count += 1;
        value = shift = 0;
      }
    }
    return values.subarray(0, count);
  }

  /** Undo differences, the first of which is from nought. */
  function summed(text) {
    const values = unpack(text);
    for (let at = 1; at < values.length; at += 1) values[at] += values[at - 1];
    return values;
  }

  /** Whole millimetres as metres: the same doubles that the engine rounded to. */
  function metres(millimetres) {
    const values = new Float64Array(millimetres);
    for (let at = 0; at < values.length; at += 1) values[at] /= 1000;
    return values;
  }

  lifecircle.packed = { unpack, summed, metres };
}
