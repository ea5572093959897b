// Makes requests with the fetch of Node.js: a plan on standard input, answers on the output.
import { readFileSync } from "node:fs";
import { answersTo } from "./fetch.mjs";

console.log(JSON.stringify(await answersTo(JSON.parse(readFileSync(0)))));
