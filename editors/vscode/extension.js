// Starts `dateline server` and connects VS Code to it.
const { commands, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function start() {
  const command = workspace.getConfiguration("dateline").get("path");
  const server = { command, args: ["server"] };
  const pages = { scheme: "file", language: "markdown" };
  const settings = { scheme: "file", pattern: "**/dateline.toml" };
  const documents = { documentSelector: [pages, settings] };
  client = new LanguageClient("dateline", "Dateline", server, documents);
  return client.start();
}

exports.activate = async (context) => {
  context.subscriptions.push(commands.registerCommand("dateline.restart", () => client.restart()));
  await start();
};

exports.deactivate = () => client?.stop();
