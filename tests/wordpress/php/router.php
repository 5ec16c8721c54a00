<?php
// What a web server's rewrite rules do: files as they are, everything else to index.php.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
if ($path === '/backchannel-control') {
    require $root . '/control.php';
    return true;
}
if (str_starts_with($path, '/wp-content/uploads/')) {
    $file = realpath(getenv('BACKCHANNEL_SITE') . $path);
    if ($file !== false && str_starts_with($file, realpath(getenv('BACKCHANNEL_SITE')) . '/wp-content/uploads/')) {
        header('Content-Type: ' . mime_content_type($file));
        readfile($file);
        return true;
    }
}
$file = realpath($root . $path);
if ($file !== false && is_dir($file) && is_file($file . '/index.php') && $path !== '/') {
    $file .= '/index.php';
    $path = rtrim($path, '/') . '/index.php';
}
if ($file !== false && is_file($file) && str_starts_with($file, realpath($root) . '/')) {
    if (!str_ends_with($file, '.php')) {
        return false;
    }
    $_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
    $_SERVER['SCRIPT_FILENAME'] = $file;
    chdir(dirname($file));
    require $file;
    return true;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $root . '/index.php';
chdir($root);
require $root . '/index.php';
return true;
