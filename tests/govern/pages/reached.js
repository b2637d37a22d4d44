() => window.unseen || [...window.wanted].map((one) => one.outerHTML.slice(0, 80)).join("\n")
