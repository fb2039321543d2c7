// Bundles every frontend/<place>/<name>.page.js and puts the files of the packages where Mudhif serves them from.
//   frontend/core/<name>.page.js      → core/mudhif/web/static/<name>.js
//   frontend/<plugin>/<name>.page.js  → plugins/<plugin>/mudhif_<plugin>/static/<name>.js
// What it writes is not in git: `npm ci --ignore-scripts && node build.mjs` makes it anew.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(here, "node_modules");
const web = join(root, "core/mudhif/web/static");
const print = join(root, "core/mudhif/fonts");

/** Where the bundles of a place belong. */
function target(place) {
  return place === "core" ? web : join(root, "plugins", place, `mudhif_${place}`, "static");
}

async function entries() {
  const found = [];
  for (const place of await readdir(here, { withFileTypes: true })) {
    if (!place.isDirectory() || place.name === "node_modules") continue;
    for (const name of await readdir(join(here, place.name))) {
      if (name.endsWith(".page.js")) found.push({ place: place.name, name: name.slice(0, -".page.js".length) });
    }
  }
  return found.sort((one, other) => `${one.place}/${one.name}`.localeCompare(`${other.place}/${other.name}`));
}

async function bundle({ place, name }) {
  const outfile = join(target(place), `${name}.js`);
  await build({
    entryPoints: [join(here, place, `${name}.page.js`)],
    outfile,
    bundle: true,
    format: "esm",
    target: ["chrome100", "firefox100", "safari15"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
  const { size } = await stat(outfile);
  console.log(`${place}/${name}.js  ${Math.ceil(size / 1024)} kB`);
}

/** Copies one file of a package under a new name; a missing one stops the build with its path. */
async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(join(modules, from), to);
}

/** Screen fonts: Latin letters and digits from Plex Sans, Arabic from Plex Sans Arabic, four weights each. */
function screenFonts() {
  const jobs = [];
  for (const weight of [400, 500, 600, 700]) {
    for (const script of ["latin", "latin-ext"]) {
      const file = `ibm-plex-sans-${script}-${weight}-normal.woff2`;
      jobs.push(copy(`@fontsource/ibm-plex-sans/files/${file}`, join(web, "fonts", `plex-${script}-${weight}.woff2`)));
    }
    const file = `ibm-plex-sans-arabic-arabic-${weight}-normal.woff2`;
    jobs.push(copy(`@fontsource/ibm-plex-sans-arabic/files/${file}`, join(web, "fonts", `plex-arabic-${weight}.woff2`)));
  }
  jobs.push(copy("@fontsource/ibm-plex-sans/LICENSE", join(web, "fonts", "LICENSE.txt")));
  return jobs;
}

/** Fonts for PDFs: typst wants TTF; Amiri because its Arabic text can be found again in the PDF. */
function printFonts() {
  const expo = "@expo-google-fonts";
  return [
    ...["400Regular/Amiri_400Regular.ttf", "700Bold/Amiri_700Bold.ttf"].map((file) =>
      copy(`${expo}/amiri/${file}`, join(print, file.split("/")[1].replace("_400", "-").replace("_700", "-")))),
    ...["400Regular", "500Medium", "600SemiBold", "700Bold"].map((style) =>
      copy(`${expo}/ibm-plex-sans/${style}/IBMPlexSans_${style}.ttf`, join(print, `IBMPlexSans-${style.slice(3)}.ttf`))),
    copy(`${expo}/amiri/LICENSE_FONT`, join(print, "Amiri-LICENSE.txt")),
    copy(`${expo}/ibm-plex-sans/LICENSE_FONT`, join(print, "IBMPlexSans-LICENSE.txt")),
  ];
}

const started = Date.now();
await Promise.all([
  ...screenFonts(),
  ...printFonts(),
  copy("zxing-wasm/dist/reader/zxing_reader.wasm", join(target("checkin"), "zxing_reader.wasm")),
  ...(await entries()).map(bundle),
]);
console.log(`built in ${Date.now() - started} ms`);
