// Ids of scans, made on the device before anything is shown. `crypto.randomUUID` is missing on plain http.

/** A UUID of version 7: the moment first, so that ids made in order sort in order.
 *  @param {number} now  milliseconds since 1970
 *  @param {Uint8Array<ArrayBuffer>} bytes  16 random bytes; they are overwritten */
export function uuid7(now, bytes) {
  let rest = Math.floor(now);
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function newScanId() {
  return uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}
