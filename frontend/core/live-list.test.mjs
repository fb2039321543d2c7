import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, withSearch } from "./live-list.js";

test("the address of a list holds what was said, in either script, and nothing else", () => {
  const fields = [["search", "زهراء"], ["kind", ""], ["sex", "f"], ["organisation", "  "]];
  assert.equal(addressOf("/e/d3/guests?page=4", fields), "/e/d3/guests?search=%D8%B2%D9%87%D8%B1%D8%A7%D8%A1&sex=f");
  assert.equal(addressOf("/e/d3/guests", []), "/e/d3/guests");
});

test("a link beside the list takes the search along, and begins at the first page", () => {
  assert.equal(withSearch("/e/d3/guests?status=invited&page=3", "ali"), "/e/d3/guests?status=invited&search=ali");
  assert.equal(withSearch("/e/d3/guests?search=ali&door=not", " "), "/e/d3/guests?door=not");
});
