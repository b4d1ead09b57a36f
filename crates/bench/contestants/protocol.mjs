// A contestant's side of the protocol of harness/mod.rs, on one thread.

import { createInterface } from "node:readline";

export const ACCESS_SECONDS = 15 * 60;
export const REFRESH_SECONDS = 7 * 24 * 60 * 60;

export const now = () => Math.floor(Date.now() / 1000);

/** `make(operation, tokens)` gives [kind of result, function], or nothing. */
export async function serve(make) {
  const tasks = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const [request, ...words] = line.split(" ");
    let answer;
    if (request === "task") {
      const [operation, , ...tokens] = words;
      const task = make(operation, tokens);
      tasks.push(task);
      answer = task ? tasks.length - 1 : "unsupported";
    } else if (request === "check") {
      answer = await check(...tasks[Number(words[0])]);
    } else {
      answer = await run(tasks[Number(words[0])][1], Number(words[1]));
    }
    console.log(String(answer));
  }
}

async function check(kind, operation) {
  try {
    return JSON.stringify({ [kind]: await operation() });
  } catch (error) {
    return JSON.stringify({ refused: `${error.code} ${error.message}` });
  }
}

async function run(operation, iterations) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < iterations; i++) {
    try {
      const result = operation();
      if (result instanceof Promise) await result;
    } catch {
      // A refusal is what some cases measure.
    }
  }
  return process.hrtime.bigint() - start;
}
