// Builds ../static from the sources here and a whitelist of package files. No network; safe to run again.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, "../static");
const started = Date.now();

// The portal page may weigh 200 KB at most, the workbench sheet 30 KB: a heavier build fails.
const LIMITS = { "dist/portal.css": 90_000, "dist/desk.css": 30_000, "dist/portal.js": 6_000, "dist/desk.js": 8_000, "dist/licence.js": 4_000, "dist/bilingual.css": 2_000, "dist/fonts/name-bo.woff2": 5_000, "dist/fonts/name-ii.woff2": 4_000, "dist/fonts/tibetan.woff2": 100_000, "dist/fonts/tibetan-rare.woff2": 170_000, "dist/fonts/yi.woff2": 110_000 };

function write(name, content) {
  const target = join(out, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  const size = Buffer.byteLength(content);
  if (LIMITS[name] && size > LIMITS[name]) throw new Error(`${name} is ${size} bytes; at most ${LIMITS[name]}`);
  console.log(`${name.padEnd(24)} ${String(size).padStart(7)} bytes  ${createHash("sha256").update(content).digest("hex").slice(0, 8)}`);
}

function styles() {
  for (const sheet of ["portal", "desk", "bilingual"]) {
    const { css } = sass.compile(join(here, `scss/${sheet}.scss`), {
      style: "compressed",
      charset: false,
      loadPaths: [join(here, "node_modules")],
      quietDeps: true,
    });
    write(`dist/${sheet}.css`, css);
  }
}

function scripts() {
  const shared = readFileSync(join(here, "js/shared.js"), "utf8");
  for (const name of ["portal", "desk"]) {
    write(`dist/${name}.js`, shared + readFileSync(join(here, `js/${name}.js`), "utf8"));
  }
}

// Pages that need more than the rest load it themselves.
function ownScripts() {
  write("dist/licence.js", readFileSync(join(here, "js/licence.js"), "utf8"));
}

function pictures() {
  write("dist/mark.svg", readFileSync(join(here, "img/mark.svg"), "utf8"));
}

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).join("");
const MODERN = "་༌།༎༏༐༑༔༄༅༆༼༽༠༡༢༣༤༥༦༧༨༩ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨིེོུྐྑྒྔྕྖྗྙྟྠྡྣྤྥྦྨྩྪྫྭྮྯྱྲླྴྶྷ";

// Web fonts for pages in Tibetan and Yi, and for the two names in the language switch.
async function webFonts() {
  const sources = {
    tibetan: join(here, "node_modules/@expo-google-fonts/noto-serif-tibetan/400Regular/NotoSerifTibetan_400Regular.ttf"),
    yi: join(here, "node_modules/@expo-google-fonts/noto-sans-yi/400Regular/NotoSansYi_400Regular.ttf"),
  };
  const wanted = [
    ["tibetan", sources.tibetan, MODERN],
    ["tibetan-rare", sources.tibetan, range(0x0f00, 0x0fff)],
    ["yi", sources.yi, range(0xa000, 0xa4cf)],
    ["name-bo", sources.tibetan, "བོད་སྐད་"],
    ["name-ii", sources.yi, "ꆈꌠꉙ"],
  ];
  for (const [name, source, text] of wanted) {
    write(`dist/fonts/${name}.woff2`, await subsetFont(readFileSync(source), text, { targetFormat: "woff2" }));
  }
}

// Whole TTFs for PDFs, one node_modules path per line in pdf-fonts.txt; browsers never load them.
function fonts() {
  const list = join(here, "pdf-fonts.txt");
  const folder = join(here, "fonts");
  rmSync(folder, { recursive: true, force: true });
  if (!existsSync(list)) return;
  const wanted = readFileSync(list, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
  mkdirSync(folder, { recursive: true });
  for (const path of wanted) {
    const source = join(here, path.startsWith("node_modules/") ? path : join("node_modules", path));
    cpSync(source, join(folder, basename(source)));
    console.log(`fonts/${basename(source)}  ${statSync(source).size} bytes`);
  }
}

rmSync(join(out, "dist"), { recursive: true, force: true });
styles();
scripts();
ownScripts();
pictures();
fonts();
await webFonts();
console.log(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
