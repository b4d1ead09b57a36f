"use strict";
let sessionId = null;

async function send(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "X-Requested-With": "jwt-pair", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (answer.session_id) sessionId = answer.session_id;
  document.getElementById("outcome").textContent = `${path}: ${response.status} ${answer.detail ?? ""}`;
}

document.getElementById("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = document.getElementById("name").value;
  const password = document.getElementById("password").value;
  send(`/auth/${event.submitter?.value ?? "login"}`, { name, password });
});
document.getElementById("refresh").addEventListener("click", () => {
  send("/auth/refresh", sessionId ? { session_id: sessionId } : {});
});
document.getElementById("logout").addEventListener("click", () => send("/auth/logout", {}));
