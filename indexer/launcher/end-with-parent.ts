// Preloaded into the Ponder process: ends it when the process that started it is gone.

process.on("disconnect", () => {
  process.kill(process.pid, "SIGINT");
});
process.channel?.unref();
