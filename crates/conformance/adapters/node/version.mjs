// The version of the package that is named.
import { readFileSync } from "node:fs";

const manifest = `${process.env.OUT}/node_modules/${process.argv[2]}/package.json`;
console.log(JSON.parse(readFileSync(manifest, "utf8")).version);
