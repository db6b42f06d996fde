pragma circom 2.1.0;

// Of statements (a, b) with a * b = r * (r - 1): few are true, and who proves one knows r.
template Pronic() {
    signal input statement[2];
    signal input root;
    signal product;
    product <== statement[0] * statement[1];
    product === root * root - root;
}

component main { public [statement] } = Pronic();
