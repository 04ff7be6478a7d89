const http = require("http");

http.createServer((req, res) => res.end("shop\n")).listen(process.env.PORT || 3000);
