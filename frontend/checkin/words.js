// Sentences come from the page, in its language; here they are filled in.

const ISOLATE = "\u2068";
const END = "\u2069";

/** `%(name)s` in a sentence becomes the value, kept whole in a line of the other direction.
 *  @param {string} sentence @param {Record<string, string | number>} values */
export function filled(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => `${ISOLATE}${values[name] ?? ""}${END}`);
}

/** Which script a name is written in, for `lang`. @param {string} name */
export function scriptOf(name) {
  return /[\u0600-\u06ff]/.test(name) ? "ar" : "en";
}

/** The two names of one person, that of the page's script first.
 *  @param {{ name: string | null, name_alt: string | null }} person @param {string} lang @returns {[string | null, string | null]} */
export function namesInOrder({ name, name_alt }, lang) {
  if (name && name_alt && scriptOf(name) !== lang && scriptOf(name_alt) === lang) return [name_alt, name];
  return [name, name_alt];
}

/** Writes hours and numbers as the page does.
 *  @param {string} lang @param {string} zone  IANA @param {string} digits  "latn" or "arab" */
export function writer(lang, zone, digits) {
  const locale = `${lang}-u-nu-${digits}`;
  const hour = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const number = new Intl.NumberFormat(locale, { useGrouping: true });
  return {
    lang,
    /** @param {string} at */ hour: (at) => hour.format(new Date(at)),
    /** @param {number} value */ number: (value) => number.format(value),
  };
}
